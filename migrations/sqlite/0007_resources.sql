-- Which resource servers a grant's access tokens may be for (RFC 8707), separated by spaces, the usual one first. NULL: our
-- own endpoints.
ALTER TABLE grants ADD COLUMN resources TEXT;
ALTER TABLE device_codes ADD COLUMN resources TEXT;
