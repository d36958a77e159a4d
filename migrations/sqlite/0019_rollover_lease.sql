-- Until when somebody works at a rollover: a server or a command, one at a time. Whoever is killed loses it by and by.
ALTER TABLE rollovers ADD COLUMN leased_until INTEGER NOT NULL DEFAULT 0;
