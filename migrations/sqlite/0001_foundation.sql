-- People, schools and classes; sign-in; tokens; the work that goes on behind them.
-- Twin of the same file for the other database. Ids are UUIDv7, instants microseconds since 1970, days ISO text,
-- documents JSON text, digests SHA-256 or HMAC-SHA-256.

-- What nodes cache in memory, with the version by which they notice a change within a second.
CREATE TABLE versions (
    name    TEXT PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO versions (name, version) VALUES ('clients', 1), ('keys', 1);

-- Facts about this installation: whether the first administrator exists, for one.
CREATE TABLE facts (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Signing keys and the other server keys, sealed under the key-encryption key.
CREATE TABLE server_keys (
    id           BLOB PRIMARY KEY,
    purpose      TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('next', 'active', 'retiring', 'destroyed')),
    algorithm    TEXT NOT NULL,
    public_jwk   TEXT,
    sealed       BLOB,
    created_at   INTEGER NOT NULL,
    activated_at INTEGER,
    retired_at   INTEGER,
    CHECK ((state = 'destroyed') = (sealed IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX server_keys_one_active ON server_keys (purpose, algorithm) WHERE state = 'active';
CREATE UNIQUE INDEX server_keys_one_next ON server_keys (purpose, algorithm) WHERE state = 'next';

CREATE TABLE orgs (
    id         BLOB PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('ministry', 'department', 'commune', 'school', 'campus')),
    code       TEXT,
    name       TEXT NOT NULL,
    search_key TEXT NOT NULL,
    levels     TEXT NOT NULL,
    status     TEXT NOT NULL CHECK (status IN ('active', 'closed')),
    networks   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX orgs_code ON orgs (kind, code) WHERE code IS NOT NULL;
CREATE INDEX orgs_search ON orgs (kind, search_key, id);

CREATE TABLE org_edges (
    child      BLOB NOT NULL REFERENCES orgs (id),
    parent     BLOB NOT NULL REFERENCES orgs (id),
    kind       TEXT NOT NULL CHECK (kind IN ('professional', 'administrative', 'campus_of')),
    valid_from TEXT NOT NULL,
    valid_to   TEXT,
    PRIMARY KEY (child, kind, parent, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX org_edges_parent ON org_edges (parent, child);

CREATE TABLE school_years (
    code      TEXT PRIMARY KEY,
    starts_on TEXT NOT NULL,
    ends_on   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE terms (
    year      TEXT NOT NULL REFERENCES school_years (code),
    code      TEXT NOT NULL CHECK (code IN ('HK1', 'HK2', 'summer')),
    starts_on TEXT NOT NULL,
    ends_on   TEXT NOT NULL,
    PRIMARY KEY (year, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE class_lineages (
    id         BLOB PRIMARY KEY,
    org_id     BLOB NOT NULL REFERENCES orgs (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE class_years (
    id         BLOB PRIMARY KEY,
    lineage_id BLOB NOT NULL REFERENCES class_lineages (id),
    org_id     BLOB NOT NULL REFERENCES orgs (id),
    year       TEXT NOT NULL REFERENCES school_years (code),
    grade      INTEGER,
    code       TEXT NOT NULL,
    UNIQUE (org_id, year, code)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX class_years_lineage ON class_years (lineage_id, year);

CREATE TABLE persons (
    id          BLOB PRIMARY KEY,
    full_name   TEXT NOT NULL,
    family_name TEXT NOT NULL,
    middle_name TEXT NOT NULL,
    given_name  TEXT NOT NULL,
    search_key  TEXT NOT NULL,
    sort_key    BLOB NOT NULL,
    birth_date  TEXT,
    sex         TEXT CHECK (sex IN ('female', 'male')),
    locale      TEXT,
    claims      TEXT,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- The order of class lists, with what a name is matched by: a page is read from the index alone.
CREATE INDEX persons_order ON persons (sort_key, id, search_key);

-- The folded name once for each of its words, turned so that the word stands first: every word's beginning is found in an
-- index, and the same entry says whether the other words fit and where the person stands in the order.
CREATE TABLE person_words (
    word      TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES persons (id),
    sort_key  BLOB NOT NULL,
    PRIMARY KEY (word, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_words_person ON person_words (person_id);

CREATE TABLE contacts (
    id         BLOB PRIMARY KEY,
    person_id  BLOB NOT NULL REFERENCES persons (id),
    kind       TEXT NOT NULL CHECK (kind IN ('email', 'phone')),
    value      TEXT NOT NULL,
    verified   INTEGER NOT NULL CHECK (verified IN (0, 1)),
    source     TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX contacts_person ON contacts (person_id, kind, value);

-- The ledger of identifiers. `keyed` is an HMAC of type and value, by which they are found and kept unique;
-- personal ones (citizen number, passport) keep their value sealed only.
CREATE TABLE identifiers (
    id            BLOB PRIMARY KEY,
    person_id     BLOB NOT NULL REFERENCES persons (id),
    type          TEXT NOT NULL CHECK (type IN ('moet', 'temp', 'cccd', 'passport', 'upn', 'vneid')),
    value         TEXT,
    sealed        BLOB,
    keyed         BLOB NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('provisional', 'active', 'superseded')),
    source        TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    superseded_at INTEGER,
    CHECK ((value IS NULL) <> (sealed IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX identifiers_keyed ON identifiers (keyed) WHERE status <> 'superseded';
CREATE INDEX identifiers_person ON identifiers (person_id);

CREATE TABLE affiliations (
    id         BLOB PRIMARY KEY,
    person_id  BLOB NOT NULL REFERENCES persons (id),
    org_id     BLOB NOT NULL REFERENCES orgs (id),
    role       TEXT NOT NULL CHECK (role IN ('student', 'teacher', 'staff', 'principal', 'guardian')),
    status     TEXT NOT NULL CHECK (status IN ('active', 'ended')),
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)),
    -- Continuing education may stand beside a school: it is exempt from the rule of one school.
    exempt     INTEGER NOT NULL CHECK (exempt IN (0, 1)),
    valid_from TEXT NOT NULL,
    valid_to   TEXT,
    end_reason TEXT,
    source     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CHECK ((status = 'ended') = (valid_to IS NOT NULL)),
    CHECK ((status = 'ended') = (end_reason IS NOT NULL)),
    CHECK (status = 'active' OR NOT is_primary)
) STRICT, WITHOUT ROWID;
CREATE INDEX affiliations_person ON affiliations (person_id, status);
CREATE INDEX affiliations_org ON affiliations (org_id, role, status, person_id);
CREATE UNIQUE INDEX affiliations_one_primary ON affiliations (person_id) WHERE is_primary;

CREATE TABLE enrolments (
    id             BLOB PRIMARY KEY,
    affiliation_id BLOB NOT NULL REFERENCES affiliations (id),
    class_id       BLOB NOT NULL REFERENCES class_years (id),
    function       TEXT NOT NULL CHECK (function IN ('pupil', 'homeroom', 'subject')),
    subject        TEXT NOT NULL,
    list_number    INTEGER,
    valid_from     TEXT NOT NULL,
    valid_to       TEXT
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX enrolments_current ON enrolments (affiliation_id, class_id, function, subject) WHERE valid_to IS NULL;
CREATE INDEX enrolments_affiliation ON enrolments (affiliation_id);
CREATE INDEX enrolments_class ON enrolments (class_id, function);

-- `activation_issue` counts the activation codes issued; a code is derived from it and never stored.
-- `due_at`: when something happens to it by itself: whoever no school claimed goes dormant, a graduate is purged.
-- `suspended_over`: over which org the right was held by which it is suspended; NULL: over the whole sector. Whoever has no
-- right there does not lift the suspension.
CREATE TABLE accounts (
    id                    BLOB PRIMARY KEY,
    person_id             BLOB NOT NULL UNIQUE REFERENCES persons (id),
    state                 TEXT NOT NULL CHECK (state IN
                              ('provisional', 'pending', 'active', 'suspended', 'dormant', 'deactivated', 'purged')),
    state_reason          TEXT,
    suspended_over        BLOB REFERENCES orgs (id),
    activation_issue      INTEGER NOT NULL,
    activation_expires_at INTEGER,
    due_at                INTEGER,
    created_at            INTEGER NOT NULL,
    updated_at            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_due ON accounts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX accounts_state ON accounts (state, person_id);

-- A purged person leaves only this: the pid and the hash of the sector ID, if there was one, so that neither is ever
-- given again.
CREATE TABLE tombstones (
    person_id BLOB PRIMARY KEY,
    keyed     BLOB UNIQUE,
    purged_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sign_in_names (
    name       TEXT PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    kind       TEXT NOT NULL CHECK (kind IN ('sector_id', 'alias')),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_names_account ON sign_in_names (account_id);
-- Found by its last four characters.
CREATE INDEX sign_in_names_end ON sign_in_names (substr(name, length(name) - 3));

CREATE TABLE passwords (
    account_id  BLOB PRIMARY KEY REFERENCES accounts (id),
    phc         TEXT NOT NULL,
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    set_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Six digits that a teacher reads out: 20 minutes, once.
CREATE TABLE rescue_codes (
    account_id BLOB PRIMARY KEY REFERENCES accounts (id),
    keyed      BLOB NOT NULL,
    issued_by  BLOB,
    expires_at INTEGER NOT NULL,
    spent_at   INTEGER
) STRICT, WITHOUT ROWID;

-- Failed attempts, counted per canonical sign-in name (also one that nobody has) and per known device.
CREATE TABLE attempt_budgets (
    keyed      BLOB PRIMARY KEY,
    state      TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_budgets_old ON attempt_budgets (updated_at);

CREATE TABLE delegations (
    id         BLOB PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    org_id     BLOB NOT NULL REFERENCES orgs (id),
    role       TEXT NOT NULL CHECK (role IN ('sector_admin', 'auditor', 'school_admin', 'help_desk')),
    granted_by BLOB,
    granted_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX delegations_current ON delegations (account_id, org_id, role) WHERE ended_at IS NULL;

-- The document holds all there is to a client; the columns beside it are what it is found by.
CREATE TABLE clients (
    key        BLOB PRIMARY KEY,
    client_id  TEXT NOT NULL UNIQUE,
    document   TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id         BLOB PRIMARY KEY,
    digest     BLOB NOT NULL UNIQUE,
    account_id BLOB NOT NULL REFERENCES accounts (id),
    auth_time  INTEGER NOT NULL,
    acr        TEXT NOT NULL,
    amr        TEXT NOT NULL,
    -- Digest of the browser's name, so that a sign-in in the same browser takes over what was there.
    browser    BLOB NOT NULL,
    -- As what the person chose to act: an affiliation; their main one when NULL.
    context    BLOB,
    own_device INTEGER NOT NULL CHECK (own_device IN (0, 1)),
    address    TEXT NOT NULL,
    agent      TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account_id, created_at);
CREATE INDEX sessions_browser ON sessions (browser) WHERE ended_at IS NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What an app was given at one sign-in; codes and refresh tokens hang from it and end with it.
CREATE TABLE grants (
    id         BLOB PRIMARY KEY,
    client_key BLOB NOT NULL REFERENCES clients (key),
    account_id BLOB NOT NULL REFERENCES accounts (id),
    session_id BLOB NOT NULL REFERENCES sessions (id),
    scope      TEXT NOT NULL,
    claims     TEXT,
    context    BLOB,
    offline    INTEGER NOT NULL CHECK (offline IN (0, 1)),
    auth_time  INTEGER NOT NULL,
    acr        TEXT NOT NULL,
    amr        TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_session ON grants (session_id, client_key);
CREATE INDEX grants_account ON grants (account_id, client_key);
CREATE INDEX grants_expiry ON grants (expires_at);

CREATE TABLE codes (
    digest       BLOB PRIMARY KEY,
    grant_id     BLOB NOT NULL REFERENCES grants (id),
    client_key   BLOB NOT NULL,
    redirect_uri TEXT,
    challenge    TEXT,
    nonce        TEXT,
    expires_at   INTEGER NOT NULL,
    spent_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX codes_expiry ON codes (expires_at);
CREATE INDEX codes_grant ON codes (grant_id);

CREATE TABLE refresh_tokens (
    digest     BLOB PRIMARY KEY,
    grant_id   BLOB NOT NULL REFERENCES grants (id),
    client_key BLOB NOT NULL,
    scope      TEXT NOT NULL,
    issued_at  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at   INTEGER,
    successor  BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

-- Access tokens revoked before their time; the row goes when the token would have ended.
CREATE TABLE revoked_tokens (
    digest     BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

-- Things that may be used once, by kind, so that none of one kind passes as another.
CREATE TABLE spent (
    kind       TEXT NOT NULL,
    digest     BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (kind, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_expiry ON spent (expires_at);

-- Authorization requests too large for a sealed form field.
CREATE TABLE stored_requests (
    digest     BLOB PRIMARY KEY,
    payload    TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stored_requests_expiry ON stored_requests (expires_at);

CREATE TABLE consents (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    client_key BLOB NOT NULL REFERENCES clients (key),
    scope      TEXT NOT NULL,
    claims     TEXT NOT NULL,
    given_at   INTEGER NOT NULL,
    PRIMARY KEY (account_id, client_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    id           BLOB PRIMARY KEY,
    kind         TEXT NOT NULL,
    payload      TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    run_at       INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    leased_until INTEGER,
    last_error   TEXT,
    created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';

CREATE TABLE import_batches (
    id          BLOB PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    kind        TEXT NOT NULL,
    file_name   TEXT NOT NULL,
    options     TEXT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('running', 'done')),
    rows_done   INTEGER NOT NULL,
    counts      TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    finished_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX import_batches_running ON import_batches (fingerprint) WHERE state = 'running';

-- Append-only, and the database itself sees to it: an event is written without a place in the chain, a job gives it one
-- (`seq`, `chain`) within seconds, and then it stays as it is. `mac` says that this program wrote it. Whoever may drop the
-- triggers can change what is here, and is found out by `phuong audit verify`.
CREATE TABLE audit_events (
    id         BLOB PRIMARY KEY,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    org_id     BLOB,
    detail     TEXT NOT NULL,
    address    TEXT,
    mac        BLOB NOT NULL,
    seq        INTEGER,
    chain      BLOB
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX audit_events_seq ON audit_events (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_events_unsealed ON audit_events (id) WHERE seq IS NULL;
CREATE INDEX audit_events_subject ON audit_events (subject, id);

-- Where the chain ends, so that a piece cut off its end is missed. One row, made with the key of the chain.
CREATE TABLE audit_head (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    seq   INTEGER NOT NULL,
    chain BLOB NOT NULL,
    mac   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- OR REPLACE deletes without asking the trigger of DELETE: so whoever stands in the way is looked for.
CREATE TRIGGER audit_events_never_replaced BEFORE INSERT ON audit_events
WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id)
    OR (NEW.seq IS NOT NULL AND EXISTS (SELECT 1 FROM audit_events WHERE seq = NEW.seq))
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_events_kept BEFORE UPDATE ON audit_events
WHEN OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.chain IS NULL
    OR (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject, NEW.org_id, NEW.detail, NEW.address, NEW.mac)
        IS NOT (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.subject, OLD.org_id, OLD.detail, OLD.address, OLD.mac)
    OR EXISTS (SELECT 1 FROM audit_events WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_events_never_deleted BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_head_never_replaced BEFORE INSERT ON audit_head
WHEN EXISTS (SELECT 1 FROM audit_head)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER audit_head_goes_forward BEFORE UPDATE ON audit_head
WHEN NEW.seq < OLD.seq
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_head_never_deleted BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
