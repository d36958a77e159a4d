-- Pupils who go from one school to another, both sides having a say; school years that go over into the next, as drafts
-- that wait for their day and can be taken back; two records of one person that became one.
-- Twin of the same file for the other database.

-- `asked_by` is NULL for a file that found the pupil elsewhere, `decided_by` where nobody had to decide.
CREATE TABLE transfers (
    id         UUID PRIMARY KEY,
    person_id  UUID NOT NULL REFERENCES persons (id),
    from_org   UUID NOT NULL REFERENCES orgs (id),
    to_org     UUID NOT NULL REFERENCES orgs (id),
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'approved', 'declined', 'withdrawn', 'expired')),
    reason     TEXT COLLATE "C",
    asked_by   UUID,
    asked_at   BIGINT NOT NULL,
    decided_by UUID,
    decided_at BIGINT,
    expires_at BIGINT NOT NULL,
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK ((state = 'declined') = (reason IS NOT NULL))
);
CREATE UNIQUE INDEX transfers_waiting ON transfers (person_id, to_org) WHERE state = 'waiting';
CREATE INDEX transfers_person ON transfers (person_id);
CREATE INDEX transfers_from ON transfers (from_org, state, id);
CREATE INDEX transfers_to ON transfers (to_org, state, id);
CREATE INDEX transfers_due ON transfers (expires_at) WHERE state = 'waiting';

-- A school's step from one year to the next. `switch_on` is the day of a scheduled one.
CREATE TABLE rollovers (
    id         UUID PRIMARY KEY,
    org_id     UUID NOT NULL REFERENCES orgs (id),
    from_year  TEXT COLLATE "C" NOT NULL REFERENCES school_years (code),
    state      TEXT COLLATE "C" NOT NULL CHECK (state IN ('draft', 'scheduled', 'running', 'done', 'undoing', 'undone')),
    switch_on  TEXT COLLATE "C",
    made_by    UUID,
    made_at    BIGINT NOT NULL,
    done_at    BIGINT,
    undo_until BIGINT,
    updated_at BIGINT NOT NULL,
    CHECK (state = 'draft' OR switch_on IS NOT NULL)
);
CREATE UNIQUE INDEX rollovers_current ON rollovers (org_id, from_year) WHERE state <> 'undone';
CREATE INDEX rollovers_due ON rollovers (switch_on, id) WHERE state IN ('scheduled', 'running', 'undoing');
CREATE INDEX rollovers_kept ON rollovers (undo_until) WHERE undo_until IS NOT NULL;

-- What becomes of a class: it goes on under a name, its level is done, or it is left as it is. `done_at` when its pupils
-- have moved, which is recorded in the write that moves them.
CREATE TABLE rollover_classes (
    rollover_id UUID NOT NULL REFERENCES rollovers (id),
    class_id    UUID NOT NULL REFERENCES class_years (id),
    fate        TEXT COLLATE "C" NOT NULL CHECK (fate IN ('goes_on', 'completes', 'stays')),
    code        TEXT COLLATE "C",
    done_at     BIGINT,
    PRIMARY KEY (rollover_id, class_id),
    CHECK ((fate = 'goes_on') = (code IS NOT NULL))
);

-- Pupils who do not go the way of their class.
CREATE TABLE rollover_marks (
    rollover_id UUID NOT NULL REFERENCES rollovers (id),
    person_id   UUID NOT NULL REFERENCES persons (id),
    fate        TEXT COLLATE "C" NOT NULL CHECK (fate IN ('repeats', 'leaves', 'joins')),
    code        TEXT COLLATE "C",
    PRIMARY KEY (rollover_id, person_id),
    CHECK ((fate = 'leaves') = (code IS NULL))
);
CREATE INDEX rollover_marks_person ON rollover_marks (person_id);

-- The classes of the new year that a rollover leads to, and whether it made them.
CREATE TABLE rollover_targets (
    rollover_id UUID NOT NULL REFERENCES rollovers (id),
    code        TEXT COLLATE "C" NOT NULL,
    class_id    UUID NOT NULL,
    made        BOOLEAN NOT NULL,
    PRIMARY KEY (rollover_id, code)
);

-- What a rollover did, place by place, for as long as it can be taken back: which place was left, which one taken, which
-- role ended with it. `kept` of one that somebody touched since, so that it was not taken back.
CREATE TABLE rollover_moves (
    rollover_id UUID NOT NULL REFERENCES rollovers (id),
    left_id     UUID NOT NULL,
    class_id    UUID NOT NULL,
    person_id   UUID NOT NULL,
    entered_id  UUID,
    ended_id    UUID,
    kept        BOOLEAN NOT NULL,
    PRIMARY KEY (rollover_id, left_id)
);
CREATE INDEX rollover_moves_class ON rollover_moves (rollover_id, class_id);
CREATE INDEX rollover_moves_person ON rollover_moves (person_id);

-- A person that turned out to be another: the pid leads to the one that goes on, and is never given again.
CREATE TABLE merged_persons (
    person_id  UUID PRIMARY KEY,
    account_id UUID NOT NULL,
    into_id    UUID NOT NULL,
    merged_by  UUID,
    merged_at  BIGINT NOT NULL
);
CREATE INDEX merged_persons_into ON merged_persons (into_id);
