-- Badges, *thẻ QR*: a token on a card, of which only the hash is kept. A badge is somebody's in one role: it ends with that
-- role (no reference, for an import that is taken back removes roles), with the school year, when it is voided, or when
-- another takes its place. Wrong PINs suspend it.
CREATE TABLE badges (
    id             UUID PRIMARY KEY,
    account_id     UUID NOT NULL REFERENCES accounts (id),
    affiliation_id UUID NOT NULL,
    digest         BYTEA NOT NULL,
    issued_at      BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    wrong_pins     BIGINT NOT NULL,
    suspended_at   BIGINT,
    last_used_at   BIGINT,
    ended_at       BIGINT,
    end_reason     TEXT COLLATE "C" CHECK (end_reason IN ('replaced', 'voided', 'role_ended'))
);
CREATE UNIQUE INDEX badges_digest ON badges (digest);
CREATE UNIQUE INDEX badges_current ON badges (account_id) WHERE ended_at IS NULL;
CREATE INDEX badges_account ON badges (account_id);
CREATE INDEX badges_old ON badges (expires_at);
