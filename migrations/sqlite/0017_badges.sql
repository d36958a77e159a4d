-- Badges, *thẻ QR*: a token on a card, of which only the hash is kept. A badge is somebody's in one role: it ends with that
-- role (no reference, for an import that is taken back removes roles), with the school year, when it is voided, or when
-- another takes its place. Wrong PINs suspend it.
CREATE TABLE badges (
    id             BLOB PRIMARY KEY,
    account_id     BLOB NOT NULL REFERENCES accounts (id),
    affiliation_id BLOB NOT NULL,
    digest         BLOB NOT NULL,
    issued_at      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    wrong_pins     INTEGER NOT NULL,
    suspended_at   INTEGER,
    last_used_at   INTEGER,
    ended_at       INTEGER,
    end_reason     TEXT CHECK (end_reason IN ('replaced', 'voided', 'role_ended'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX badges_digest ON badges (digest);
CREATE UNIQUE INDEX badges_current ON badges (account_id) WHERE ended_at IS NULL;
CREATE INDEX badges_account ON badges (account_id);
CREATE INDEX badges_old ON badges (expires_at);
