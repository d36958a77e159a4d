-- What an import did to people is kept packed (zlib), with how many people it tells of; what was kept before this step is
-- not, and begins with `{`.
ALTER TABLE import_journal ALTER COLUMN document TYPE BYTEA USING convert_to(document, 'UTF8');
ALTER TABLE import_journal ADD COLUMN people BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_journal ALTER COLUMN people DROP DEFAULT;

-- How many people are again what they were before a run; NULL: nobody takes it back.
ALTER TABLE import_batches ADD COLUMN undone BIGINT;

-- Those who stay as the run left them, since somebody touched them after it.
CREATE TABLE import_kept (
    batch_id   UUID NOT NULL,
    person_id  UUID NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    sector_id  TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (batch_id, person_id)
);
CREATE INDEX import_kept_old ON import_kept (created_at);
