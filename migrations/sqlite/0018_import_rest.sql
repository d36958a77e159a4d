-- An import that keeps failing rests, until somebody has it tried again: how often it was tried, and the code under which the
-- log tells why it failed.
ALTER TABLE import_tasks ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE import_tasks ADD COLUMN failure TEXT;
