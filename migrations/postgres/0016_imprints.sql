-- A mark of the last roster row that was taken of a person: the same row, come again, changes nothing, so nothing of the person
-- is read for it. Whatever else changes the person removes it.
ALTER TABLE persons ADD COLUMN imprint BIGINT;
