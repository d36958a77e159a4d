-- Apps that registered themselves (RFC 7591): what they said of themselves, by which token they may change it, and when
-- somebody signed in to them last, give or take a day; before anybody did, when they were registered.
CREATE TABLE registrations (
    client_key    UUID PRIMARY KEY REFERENCES clients (key),
    token         BYTEA NOT NULL UNIQUE,
    metadata      TEXT COLLATE "C" NOT NULL,
    registered_at BIGINT NOT NULL,
    used_at       BIGINT NOT NULL
);
CREATE INDEX registrations_used ON registrations (used_at);

-- By which apps may register themselves, as often as each says.
CREATE TABLE registration_tokens (
    digest     BYTEA PRIMARY KEY,
    uses_left  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
