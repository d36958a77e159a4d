-- How many there are at each org, as counted last: half a million people are not counted for a page. Registered networks
-- are held in memory by every node; a version tells them of a change. Indexes for what is rare among many people.
-- Twin of the same file for the other database.

CREATE TABLE headcounts (
    org_id      BLOB PRIMARY KEY REFERENCES orgs (id),
    pupils      INTEGER NOT NULL,
    staff       INTEGER NOT NULL,
    provisional INTEGER NOT NULL,
    pending     INTEGER NOT NULL,
    active      INTEGER NOT NULL,
    suspended   INTEGER NOT NULL,
    -- Without a sector ID yet.
    temporary   INTEGER NOT NULL,
    -- When a file last brought somebody or changed what they are.
    imported_at INTEGER,
    counted_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO versions (name, version) VALUES ('networks', 1);

CREATE INDEX delegations_org ON delegations (org_id, role) WHERE ended_at IS NULL;
CREATE INDEX identifiers_temporary ON identifiers (person_id) WHERE type = 'temp' AND status <> 'superseded';
CREATE INDEX affiliations_adults ON affiliations (role, person_id) WHERE status = 'active' AND role <> 'student';
CREATE INDEX import_tasks_review ON import_tasks (org_id) WHERE state = 'review';
CREATE INDEX accounts_dormant ON accounts (updated_at, person_id) WHERE state IN ('dormant', 'deactivated');
