-- Imports in the browser, from the upload to the end. `options` is what was asked for (the year, what columns hold, corrected
-- cells), `findings` what the last look or write showed; both JSON, and the former sealed, as the files are: they may hold
-- citizen numbers. A node works at one until `leased_until`, and another goes on when it dies.
CREATE TABLE import_tasks (
    id           UUID PRIMARY KEY,
    account_id   UUID NOT NULL REFERENCES accounts (id),
    -- The school that it is for; NULL: the whole sector.
    org_id       UUID REFERENCES orgs (id),
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('uploading', 'checking', 'review', 'writing', 'done', 'discarded')),
    options      BYTEA NOT NULL,
    findings     TEXT COLLATE "C" NOT NULL,
    stage        TEXT COLLATE "C" NOT NULL CHECK (stage IN ('survey', 'plan', 'write')),
    rows_done    BIGINT NOT NULL,
    rows_all     BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX import_tasks_due ON import_tasks (leased_until) WHERE state IN ('checking', 'writing');
CREATE INDEX import_tasks_account ON import_tasks (account_id, id);
CREATE INDEX import_tasks_org ON import_tasks (org_id, id);
CREATE INDEX import_tasks_old ON import_tasks (updated_at);

-- Their files, in pieces; number -1 is the workbook that goes back.
CREATE TABLE import_files (
    task_id UUID NOT NULL REFERENCES import_tasks (id),
    number  BIGINT NOT NULL,
    name    TEXT COLLATE "C" NOT NULL,
    bytes   BIGINT NOT NULL,
    PRIMARY KEY (task_id, number)
);
CREATE TABLE import_pieces (
    task_id UUID NOT NULL REFERENCES import_tasks (id),
    file    BIGINT NOT NULL,
    number  BIGINT NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (task_id, file, number)
);

-- What a school said its files' columns hold, for its next file. `place`: the school's id, or `sector`.
CREATE TABLE import_titles (
    place      TEXT COLLATE "C" PRIMARY KEY,
    titles     TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL
);
