-- Schools are told of a pupil what they knew themselves: the sector ID by which one asks, and what the pupil was called and known
-- as on the day on which it was decided.
ALTER TABLE transfers ADD COLUMN asked_as TEXT;
ALTER TABLE transfers ADD COLUMN was_called TEXT;
ALTER TABLE transfers ADD COLUMN was_known_as TEXT;
