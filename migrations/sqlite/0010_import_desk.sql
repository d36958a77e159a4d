-- Imports in the browser, from the upload to the end. `options` is what was asked for (the year, what columns hold, corrected
-- cells), `findings` what the last look or write showed; both JSON, and the former sealed, as the files are: they may hold
-- citizen numbers. A node works at one until `leased_until`, and another goes on when it dies.
CREATE TABLE import_tasks (
    id           BLOB PRIMARY KEY,
    account_id   BLOB NOT NULL REFERENCES accounts (id),
    -- The school that it is for; NULL: the whole sector.
    org_id       BLOB REFERENCES orgs (id),
    state        TEXT NOT NULL CHECK (state IN ('uploading', 'checking', 'review', 'writing', 'done', 'discarded')),
    options      BLOB NOT NULL,
    findings     TEXT NOT NULL,
    stage        TEXT NOT NULL CHECK (stage IN ('survey', 'plan', 'write')),
    rows_done    INTEGER NOT NULL,
    rows_all     INTEGER NOT NULL,
    leased_until INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX import_tasks_due ON import_tasks (leased_until) WHERE state IN ('checking', 'writing');
CREATE INDEX import_tasks_account ON import_tasks (account_id, id);
CREATE INDEX import_tasks_org ON import_tasks (org_id, id);
CREATE INDEX import_tasks_old ON import_tasks (updated_at);

-- Their files, in pieces; number -1 is the workbook that goes back.
CREATE TABLE import_files (
    task_id BLOB NOT NULL REFERENCES import_tasks (id),
    number  INTEGER NOT NULL,
    name    TEXT NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (task_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE import_pieces (
    task_id BLOB NOT NULL REFERENCES import_tasks (id),
    file    INTEGER NOT NULL,
    number  INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (task_id, file, number)
) STRICT;

-- What a school said its files' columns hold, for its next file. `place`: the school's id, or `sector`.
CREATE TABLE import_titles (
    place      TEXT PRIMARY KEY,
    titles     TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
