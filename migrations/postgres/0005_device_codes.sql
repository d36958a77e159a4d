-- Device authorization (RFC 8628): what a board asked for, and what came of it. `user_code` is an HMAC of the letters that
-- the board shows. A board that was let in has a session of its own, opened by another one and ending with it; the row
-- stays long enough to say so. `origin`: from where it was asked, so that who asks much pushes out only their own.
CREATE TABLE device_codes (
    digest     BYTEA PRIMARY KEY,
    user_code  BYTEA NOT NULL UNIQUE,
    client_key UUID NOT NULL,
    scope      TEXT COLLATE "C" NOT NULL,
    origin     BYTEA NOT NULL,
    pause      BIGINT NOT NULL,
    polled_at  BIGINT,
    denied_at  BIGINT,
    grant_id   UUID,
    session_id UUID,
    opened_by  UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at   BIGINT
);
CREATE INDEX device_codes_origin ON device_codes (origin, created_at);
CREATE INDEX device_codes_expiry ON device_codes (expires_at);
CREATE INDEX device_codes_session ON device_codes (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX device_codes_opened_by ON device_codes (opened_by) WHERE opened_by IS NOT NULL;
