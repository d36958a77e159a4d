-- Authorization requests that apps pushed (RFC 9126): each is good for one answer, which deletes it.
CREATE TABLE pushed_requests (
    digest     BYTEA PRIMARY KEY,
    client_key UUID NOT NULL REFERENCES clients (key),
    payload    TEXT COLLATE "C" NOT NULL,
    -- Whether the app signed it.
    signed     BOOLEAN NOT NULL,
    -- Until when a browser may come with it.
    expires_at BIGINT NOT NULL
);
CREATE INDEX pushed_requests_client ON pushed_requests (client_key, expires_at);
CREATE INDEX pushed_requests_expiry ON pushed_requests (expires_at);
