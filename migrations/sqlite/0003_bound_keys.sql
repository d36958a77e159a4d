-- The key that whoever redeems a code or exchanges a refresh token must show (RFC 9449 §5, §10; RFC 8705 §4): SHA-256 of the
-- public key or of the certificate. NULL: none.
ALTER TABLE codes ADD COLUMN bound_key BLOB;
ALTER TABLE refresh_tokens ADD COLUMN bound_key BLOB;
