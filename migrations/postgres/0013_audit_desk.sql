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
    one   BIGINT PRIMARY KEY CHECK (one = 1),
    seq   BIGINT NOT NULL,
    chain BYTEA NOT NULL,
    mac   BYTEA NOT NULL
);
CREATE FUNCTION audit_is_kept_or_purged() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF OLD.seq IS NULL OR NOT EXISTS (SELECT 1 FROM audit_base WHERE seq >= OLD.seq) THEN
            RAISE EXCEPTION 'the audit trail is append-only';
        END IF;
        RETURN OLD;
    END $$;
CREATE TRIGGER audit_base_goes_forward BEFORE UPDATE ON audit_base FOR EACH ROW
WHEN (NEW.seq < OLD.seq)
EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_base_never_deleted BEFORE DELETE ON audit_base FOR EACH ROW
EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_base_never_emptied BEFORE TRUNCATE ON audit_base FOR EACH STATEMENT
EXECUTE FUNCTION audit_is_append_only();
DROP TRIGGER audit_events_never_deleted ON audit_events;
CREATE TRIGGER audit_events_never_deleted BEFORE DELETE ON audit_events FOR EACH ROW
EXECUTE FUNCTION audit_is_kept_or_purged();

-- How far the chain was checked in the background, and what came of it. One row, proved like the head.
CREATE TABLE audit_check (
    one        BIGINT PRIMARY KEY CHECK (one = 1),
    -- The place that was reached, and the chain's value there.
    seq        BIGINT NOT NULL,
    chain      BYTEA NOT NULL,
    -- When the walk from the beginning that is under way was begun, when the last one reached the end, and what was last looked at.
    begun_at   BIGINT NOT NULL,
    whole_at   BIGINT,
    checked_at BIGINT NOT NULL,
    -- The first place that does not hold, and why.
    broken_at  BIGINT,
    broken     TEXT COLLATE "C",
    mac        BYTEA NOT NULL
);

-- What a support code leads to: requests that ended with an error page or a fault of ours. No query, no header, no body.
CREATE TABLE failures (
    id         UUID PRIMARY KEY,
    code       TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    method     TEXT COLLATE "C" NOT NULL,
    path       TEXT COLLATE "C" NOT NULL,
    status     BIGINT NOT NULL,
    micros     BIGINT NOT NULL,
    error      TEXT COLLATE "C" NOT NULL,
    cause      TEXT COLLATE "C" NOT NULL,
    account_id UUID,
    address    TEXT COLLATE "C"
);
CREATE INDEX failures_code ON failures (code, id);
