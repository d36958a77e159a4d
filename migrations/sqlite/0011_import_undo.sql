-- What an import did to people is kept packed (zlib), with how many people it tells of; what was kept before this step is
-- not, and begins with `{`.
CREATE TABLE import_journal_packed (
    batch_id   BLOB NOT NULL,
    number     INTEGER NOT NULL,
    document   BLOB NOT NULL,
    done       INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    people     INTEGER NOT NULL,
    PRIMARY KEY (batch_id, number)
) STRICT;
INSERT INTO import_journal_packed (batch_id, number, document, done, created_at, people)
SELECT batch_id, number, CAST(document AS BLOB), done, created_at, 0 FROM import_journal;
DROP TABLE import_journal;
ALTER TABLE import_journal_packed RENAME TO import_journal;
CREATE INDEX import_journal_old ON import_journal (created_at);

-- How many people are again what they were before a run; NULL: nobody takes it back.
ALTER TABLE import_batches ADD COLUMN undone INTEGER;

-- Those who stay as the run left them, since somebody touched them after it.
CREATE TABLE import_kept (
    batch_id   BLOB NOT NULL,
    person_id  BLOB NOT NULL,
    name       TEXT NOT NULL,
    sector_id  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (batch_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_kept_old ON import_kept (created_at);
