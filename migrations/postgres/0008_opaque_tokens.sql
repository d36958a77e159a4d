-- Access tokens that say nothing by themselves, for clients that are registered so: what they would have said.
CREATE TABLE opaque_tokens (
    digest     BYTEA PRIMARY KEY,
    claims     TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX opaque_tokens_expiry ON opaque_tokens (expires_at);
