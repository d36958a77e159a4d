-- Whoever had several sector IDs, since two records were made one, leaves the hash of each, beside the pid.
CREATE TABLE tombstones_of_each (
    person_id BLOB NOT NULL,
    keyed     BLOB UNIQUE,
    purged_at INTEGER NOT NULL
) STRICT;
INSERT INTO tombstones_of_each SELECT * FROM tombstones;
DROP TABLE tombstones;
ALTER TABLE tombstones_of_each RENAME TO tombstones;
