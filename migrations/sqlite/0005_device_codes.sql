-- Device authorization (RFC 8628): what a board asked for, and what came of it. `user_code` is an HMAC of the letters that
-- the board shows. A board that was let in has a session of its own, opened by another one and ending with it; the row
-- stays long enough to say so. `origin`: from where it was asked, so that who asks much pushes out only their own.
CREATE TABLE device_codes (
    digest     BLOB PRIMARY KEY,
    user_code  BLOB NOT NULL UNIQUE,
    client_key BLOB NOT NULL,
    scope      TEXT NOT NULL,
    origin     BLOB NOT NULL,
    pause      INTEGER NOT NULL,
    polled_at  INTEGER,
    denied_at  INTEGER,
    grant_id   BLOB,
    session_id BLOB,
    opened_by  BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX device_codes_origin ON device_codes (origin, created_at);
CREATE INDEX device_codes_expiry ON device_codes (expires_at);
CREATE INDEX device_codes_session ON device_codes (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX device_codes_opened_by ON device_codes (opened_by) WHERE opened_by IS NOT NULL;
