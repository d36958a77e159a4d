-- Authorization requests that apps pushed (RFC 9126): each is good for one answer, which deletes it.
CREATE TABLE pushed_requests (
    digest     BLOB PRIMARY KEY,
    client_key BLOB NOT NULL REFERENCES clients (key),
    payload    TEXT NOT NULL,
    -- Whether the app signed it.
    signed     INTEGER NOT NULL CHECK (signed IN (0, 1)),
    -- Until when a browser may come with it.
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pushed_requests_client ON pushed_requests (client_key, expires_at);
CREATE INDEX pushed_requests_expiry ON pushed_requests (expires_at);
