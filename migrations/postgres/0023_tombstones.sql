-- Whoever had several sector IDs, since two records were made one, leaves the hash of each, beside the pid.
ALTER TABLE tombstones DROP CONSTRAINT tombstones_pkey;
