-- Access tokens that say nothing by themselves, for clients that are registered so: what they would have said.
CREATE TABLE opaque_tokens (
    digest     BLOB PRIMARY KEY,
    claims     TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX opaque_tokens_expiry ON opaque_tokens (expires_at);
