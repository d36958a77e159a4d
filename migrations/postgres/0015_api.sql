-- Answers of the administration API to requests that carry an Idempotency-Key, for a day. `answer` is sealed, for it tells
-- of people; NULL while the request is under way. Twin of the same file for the other database.
CREATE TABLE api_answers (
    keyed      BYTEA PRIMARY KEY,
    request    BYTEA NOT NULL,
    answer     BYTEA,
    expires_at BIGINT NOT NULL
);
CREATE INDEX api_answers_expiry ON api_answers (expires_at);
