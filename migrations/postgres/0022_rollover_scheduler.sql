-- By whom a rollover was scheduled, who is asked for on its day; NULL: on the command line. Where they may not have it done any
-- more, it is a draft again that keeps its `switch_on`.
ALTER TABLE rollovers ADD COLUMN scheduled_by UUID;
