-- How often a device asks is remembered by the node that it asks: no question is a write. Of a client that proves nothing
-- only so many codes wait, and its open boards are looked for by what they are called: the index finds both.
ALTER TABLE device_codes DROP COLUMN pause;
ALTER TABLE device_codes DROP COLUMN polled_at;
CREATE INDEX device_codes_client ON device_codes (client_key, created_at);
