-- What a rollover did is looked up class by class: in that order it needs no index beside itself.
CREATE TABLE rollover_moves_by_class (
    rollover_id BLOB NOT NULL REFERENCES rollovers (id),
    left_id     BLOB NOT NULL,
    class_id    BLOB NOT NULL,
    person_id   BLOB NOT NULL,
    entered_id  BLOB,
    ended_id    BLOB,
    kept        INTEGER NOT NULL CHECK (kept IN (0, 1)),
    PRIMARY KEY (rollover_id, class_id, left_id)
) STRICT, WITHOUT ROWID;
INSERT INTO rollover_moves_by_class SELECT * FROM rollover_moves;
DROP TABLE rollover_moves;
ALTER TABLE rollover_moves_by_class RENAME TO rollover_moves;
CREATE INDEX rollover_moves_person ON rollover_moves (person_id);
