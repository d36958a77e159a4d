-- What a rollover did is looked up class by class: in that order it needs no index beside itself.
ALTER TABLE rollover_moves DROP CONSTRAINT rollover_moves_pkey;
ALTER TABLE rollover_moves ADD PRIMARY KEY (rollover_id, class_id, left_id);
DROP INDEX rollover_moves_class;
-- When a school moves on, something of each person changes that no index knows: with room beside it the new row stands on
-- the same page, and all indexes go on leading to it.
ALTER TABLE persons SET (fillfactor = 85);
