-- Since when an import is stopped by whoever may go on with it.
ALTER TABLE import_tasks ADD COLUMN paused_at BIGINT;
