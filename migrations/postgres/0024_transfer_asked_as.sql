-- The sector ID by which a school asks for a pupil: all that it is told of who it is, until they come.
ALTER TABLE transfers ADD COLUMN asked_as TEXT;
