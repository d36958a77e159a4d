-- An import commits in units of some hundred rows. Each leaves what came of its rows here until the whole run is told of,
-- so that a run that was killed goes on after its last unit and gives the same report.
CREATE TABLE import_units (
    batch_id UUID NOT NULL REFERENCES import_batches (id),
    number   BIGINT NOT NULL,
    rows     BIGINT NOT NULL,
    outcome  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (batch_id, number)
);

-- Whom a row without an identifier may be about.
CREATE INDEX persons_birth ON persons (birth_date, search_key);
