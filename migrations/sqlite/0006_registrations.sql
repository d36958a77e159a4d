-- Apps that registered themselves (RFC 7591): what they said of themselves, by which token they may change it, and when
-- somebody signed in to them last, give or take a day; before anybody did, when they were registered.
CREATE TABLE registrations (
    client_key    BLOB PRIMARY KEY REFERENCES clients (key),
    token         BLOB NOT NULL UNIQUE,
    metadata      TEXT NOT NULL,
    registered_at INTEGER NOT NULL,
    used_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX registrations_used ON registrations (used_at);

-- By which apps may register themselves, as often as each says.
CREATE TABLE registration_tokens (
    digest     BLOB PRIMARY KEY,
    uses_left  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
