-- What the audit trail is searched by. Sign-ins and their ends are most of it and the hottest writes: they stand in no index but
-- those of the foundation, and are found along the order of the events, where they are everywhere.
CREATE INDEX audit_events_actor ON audit_events (actor, id) WHERE actor <> subject;
CREATE INDEX audit_events_action ON audit_events (action, id) WHERE action NOT IN ('session.began', 'session.ended');
CREATE INDEX audit_events_org ON audit_events (org_id, id) WHERE org_id IS NOT NULL;
CREATE INDEX audit_events_failed ON audit_events (id)
WHERE action IN ('sign_in.failed', 'device.refused', 'transfer.declined', 'transfer.expired');

-- The place in the chain up to which events were purged by policy. One row, made with the key of the chain: whoever moves it by
-- hand is found out.
CREATE TABLE audit_base (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    seq   INTEGER NOT NULL,
    chain BLOB NOT NULL,
    mac   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_base_goes_forward BEFORE UPDATE ON audit_base
WHEN NEW.seq < OLD.seq
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_base_never_deleted BEFORE DELETE ON audit_base
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
DROP TRIGGER audit_events_never_deleted;
CREATE TRIGGER audit_events_never_deleted BEFORE DELETE ON audit_events
WHEN OLD.seq IS NULL OR NOT EXISTS (SELECT 1 FROM audit_base WHERE seq >= OLD.seq)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;

-- How far the chain was checked in the background, and what came of it. One row, proved like the head.
CREATE TABLE audit_check (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    -- The place that was reached, and the chain's value there.
    seq        INTEGER NOT NULL,
    chain      BLOB NOT NULL,
    -- When the walk from the beginning that is under way was begun, when the last one reached the end, and what was last looked at.
    begun_at   INTEGER NOT NULL,
    whole_at   INTEGER,
    checked_at INTEGER NOT NULL,
    -- The first place that does not hold, and why.
    broken_at  INTEGER,
    broken     TEXT,
    mac        BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What a support code leads to: requests that ended with an error page or a fault of ours. No query, no header, no body.
CREATE TABLE failures (
    id         BLOB PRIMARY KEY,
    code       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    method     TEXT NOT NULL,
    path       TEXT NOT NULL,
    status     INTEGER NOT NULL,
    micros     INTEGER NOT NULL,
    error      TEXT NOT NULL,
    cause      TEXT NOT NULL,
    account_id BLOB,
    address    TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX failures_code ON failures (code, id);
