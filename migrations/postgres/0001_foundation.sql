-- People, schools and classes; sign-in; tokens; the work that goes on behind them.
-- Twin of the same file for the other database. Ids are UUIDv7, instants microseconds since 1970, days ISO text,
-- documents JSON text, digests SHA-256 or HMAC-SHA-256.

-- What nodes cache in memory, with the version by which they notice a change within a second.
CREATE TABLE versions (
    name    TEXT COLLATE "C" PRIMARY KEY,
    version BIGINT NOT NULL
);
INSERT INTO versions (name, version) VALUES ('clients', 1), ('keys', 1);

-- Facts about this installation: whether the first administrator exists, for one.
CREATE TABLE facts (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value TEXT COLLATE "C" NOT NULL
);

-- Signing keys and the other server keys, sealed under the key-encryption key.
CREATE TABLE server_keys (
    id           UUID PRIMARY KEY,
    purpose      TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('next', 'active', 'retiring', 'destroyed')),
    algorithm    TEXT COLLATE "C" NOT NULL,
    public_jwk   TEXT COLLATE "C",
    sealed       BYTEA,
    created_at   BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at   BIGINT,
    CHECK ((state = 'destroyed') = (sealed IS NULL))
);
CREATE UNIQUE INDEX server_keys_one_active ON server_keys (purpose, algorithm) WHERE state = 'active';
CREATE UNIQUE INDEX server_keys_one_next ON server_keys (purpose, algorithm) WHERE state = 'next';

CREATE TABLE orgs (
    id         UUID PRIMARY KEY,
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('ministry', 'department', 'commune', 'school', 'campus')),
    code       TEXT COLLATE "C",
    name       TEXT COLLATE "C" NOT NULL,
    search_key TEXT COLLATE "C" NOT NULL,
    levels     TEXT COLLATE "C" NOT NULL,
    status     TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'closed')),
    networks   TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX orgs_code ON orgs (kind, code) WHERE code IS NOT NULL;
CREATE INDEX orgs_search ON orgs (kind, search_key, id);

CREATE TABLE org_edges (
    child      UUID NOT NULL REFERENCES orgs (id),
    parent     UUID NOT NULL REFERENCES orgs (id),
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('professional', 'administrative', 'campus_of')),
    valid_from TEXT COLLATE "C" NOT NULL,
    valid_to   TEXT COLLATE "C",
    PRIMARY KEY (child, kind, parent, valid_from)
);
CREATE INDEX org_edges_parent ON org_edges (parent, child);

CREATE TABLE school_years (
    code      TEXT COLLATE "C" PRIMARY KEY,
    starts_on TEXT COLLATE "C" NOT NULL,
    ends_on   TEXT COLLATE "C" NOT NULL
);

CREATE TABLE terms (
    year      TEXT COLLATE "C" NOT NULL REFERENCES school_years (code),
    code      TEXT COLLATE "C" NOT NULL CHECK (code IN ('HK1', 'HK2', 'summer')),
    starts_on TEXT COLLATE "C" NOT NULL,
    ends_on   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (year, code)
);

CREATE TABLE class_lineages (
    id         UUID PRIMARY KEY,
    org_id     UUID NOT NULL REFERENCES orgs (id),
    created_at BIGINT NOT NULL
);

CREATE TABLE class_years (
    id         UUID PRIMARY KEY,
    lineage_id UUID NOT NULL REFERENCES class_lineages (id),
    org_id     UUID NOT NULL REFERENCES orgs (id),
    year       TEXT COLLATE "C" NOT NULL REFERENCES school_years (code),
    grade      BIGINT,
    code       TEXT COLLATE "C" NOT NULL,
    UNIQUE (org_id, year, code)
);
CREATE UNIQUE INDEX class_years_lineage ON class_years (lineage_id, year);

CREATE TABLE persons (
    id          UUID PRIMARY KEY,
    full_name   TEXT COLLATE "C" NOT NULL,
    family_name TEXT COLLATE "C" NOT NULL,
    middle_name TEXT COLLATE "C" NOT NULL,
    given_name  TEXT COLLATE "C" NOT NULL,
    search_key  TEXT COLLATE "C" NOT NULL,
    sort_key    BYTEA NOT NULL,
    birth_date  TEXT COLLATE "C",
    sex         TEXT COLLATE "C" CHECK (sex IN ('female', 'male')),
    locale      TEXT COLLATE "C",
    claims      TEXT COLLATE "C",
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);
-- The order of class lists, with what a name is matched by: a page is read from the index alone.
CREATE INDEX persons_order ON persons (sort_key, id, search_key);

-- The folded name once for each of its words, turned so that the word stands first: every word's beginning is found in an
-- index, and the same entry says whether the other words fit and where the person stands in the order.
CREATE TABLE person_words (
    word      TEXT COLLATE "C" NOT NULL,
    person_id UUID NOT NULL REFERENCES persons (id),
    sort_key  BYTEA NOT NULL,
    PRIMARY KEY (word, person_id) INCLUDE (sort_key)
);
CREATE INDEX person_words_person ON person_words (person_id);

CREATE TABLE contacts (
    id         UUID PRIMARY KEY,
    person_id  UUID NOT NULL REFERENCES persons (id),
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('email', 'phone')),
    value      TEXT COLLATE "C" NOT NULL,
    verified   BOOLEAN NOT NULL,
    source     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX contacts_person ON contacts (person_id, kind, value);

-- The ledger of identifiers. `keyed` is an HMAC of type and value, by which they are found and kept unique;
-- personal ones (citizen number, passport) keep their value sealed only.
CREATE TABLE identifiers (
    id            UUID PRIMARY KEY,
    person_id     UUID NOT NULL REFERENCES persons (id),
    type          TEXT COLLATE "C" NOT NULL CHECK (type IN ('moet', 'temp', 'cccd', 'passport', 'upn', 'vneid')),
    value         TEXT COLLATE "C",
    sealed        BYTEA,
    keyed         BYTEA NOT NULL,
    status        TEXT COLLATE "C" NOT NULL CHECK (status IN ('provisional', 'active', 'superseded')),
    source        TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT NOT NULL,
    superseded_at BIGINT,
    CHECK ((value IS NULL) <> (sealed IS NULL))
);
CREATE UNIQUE INDEX identifiers_keyed ON identifiers (keyed) WHERE status <> 'superseded';
CREATE INDEX identifiers_person ON identifiers (person_id);

CREATE TABLE affiliations (
    id         UUID PRIMARY KEY,
    person_id  UUID NOT NULL REFERENCES persons (id),
    org_id     UUID NOT NULL REFERENCES orgs (id),
    role       TEXT COLLATE "C" NOT NULL CHECK (role IN ('student', 'teacher', 'staff', 'principal', 'guardian')),
    status     TEXT COLLATE "C" NOT NULL CHECK (status IN ('active', 'ended')),
    is_primary BOOLEAN NOT NULL,
    -- Continuing education may stand beside a school: it is exempt from the rule of one school.
    exempt     BOOLEAN NOT NULL,
    valid_from TEXT COLLATE "C" NOT NULL,
    valid_to   TEXT COLLATE "C",
    end_reason TEXT COLLATE "C",
    source     TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK ((status = 'ended') = (valid_to IS NOT NULL)),
    CHECK ((status = 'ended') = (end_reason IS NOT NULL)),
    CHECK (status = 'active' OR NOT is_primary)
);
CREATE INDEX affiliations_person ON affiliations (person_id, status);
CREATE INDEX affiliations_org ON affiliations (org_id, role, status, person_id);
CREATE UNIQUE INDEX affiliations_one_primary ON affiliations (person_id) WHERE is_primary;

CREATE TABLE enrolments (
    id             UUID PRIMARY KEY,
    affiliation_id UUID NOT NULL REFERENCES affiliations (id),
    class_id       UUID NOT NULL REFERENCES class_years (id),
    function       TEXT COLLATE "C" NOT NULL CHECK (function IN ('pupil', 'homeroom', 'subject')),
    subject        TEXT COLLATE "C" NOT NULL,
    list_number    BIGINT,
    valid_from     TEXT COLLATE "C" NOT NULL,
    valid_to       TEXT COLLATE "C"
);
CREATE UNIQUE INDEX enrolments_current ON enrolments (affiliation_id, class_id, function, subject) WHERE valid_to IS NULL;
CREATE INDEX enrolments_affiliation ON enrolments (affiliation_id);
CREATE INDEX enrolments_class ON enrolments (class_id, function);

-- `activation_issue` counts the activation codes issued; a code is derived from it and never stored.
-- `due_at`: when something happens to it by itself: whoever no school claimed goes dormant, a graduate is purged.
-- `suspended_over`: over which org the right was held by which it is suspended; NULL: over the whole sector. Whoever has no
-- right there does not lift the suspension.
CREATE TABLE accounts (
    id                    UUID PRIMARY KEY,
    person_id             UUID NOT NULL UNIQUE REFERENCES persons (id),
    state                 TEXT COLLATE "C" NOT NULL CHECK (state IN
                              ('provisional', 'pending', 'active', 'suspended', 'dormant', 'deactivated', 'purged')),
    state_reason          TEXT COLLATE "C",
    suspended_over        UUID REFERENCES orgs (id),
    activation_issue      BIGINT NOT NULL,
    activation_expires_at BIGINT,
    due_at                BIGINT,
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL
);
CREATE INDEX accounts_due ON accounts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX accounts_state ON accounts (state, person_id);

-- A purged person leaves only this: the pid and the hash of the sector ID, if there was one, so that neither is ever
-- given again.
CREATE TABLE tombstones (
    person_id UUID PRIMARY KEY,
    keyed     BYTEA UNIQUE,
    purged_at BIGINT NOT NULL
);

CREATE TABLE sign_in_names (
    name       TEXT COLLATE "C" PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    kind       TEXT COLLATE "C" NOT NULL CHECK (kind IN ('sector_id', 'alias')),
    created_at BIGINT NOT NULL
);
CREATE INDEX sign_in_names_account ON sign_in_names (account_id);
-- Found by its last four characters.
CREATE INDEX sign_in_names_end ON sign_in_names (substr(name, length(name) - 3));

CREATE TABLE passwords (
    account_id  UUID PRIMARY KEY REFERENCES accounts (id),
    phc         TEXT COLLATE "C" NOT NULL,
    must_change BOOLEAN NOT NULL,
    set_at      BIGINT NOT NULL
);

-- Six digits that a teacher reads out: 20 minutes, once.
CREATE TABLE rescue_codes (
    account_id UUID PRIMARY KEY REFERENCES accounts (id),
    keyed      BYTEA NOT NULL,
    issued_by  UUID,
    expires_at BIGINT NOT NULL,
    spent_at   BIGINT
);

-- Failed attempts, counted per canonical sign-in name (also one that nobody has) and per known device.
CREATE TABLE attempt_budgets (
    keyed      BYTEA PRIMARY KEY,
    state      TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX attempt_budgets_old ON attempt_budgets (updated_at);

CREATE TABLE delegations (
    id         UUID PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES accounts (id),
    org_id     UUID NOT NULL REFERENCES orgs (id),
    role       TEXT COLLATE "C" NOT NULL CHECK (role IN ('sector_admin', 'auditor', 'school_admin', 'help_desk')),
    granted_by UUID,
    granted_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE UNIQUE INDEX delegations_current ON delegations (account_id, org_id, role) WHERE ended_at IS NULL;

-- The document holds all there is to a client; the columns beside it are what it is found by.
CREATE TABLE clients (
    key        UUID PRIMARY KEY,
    client_id  TEXT COLLATE "C" NOT NULL UNIQUE,
    document   TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id         UUID PRIMARY KEY,
    digest     BYTEA NOT NULL UNIQUE,
    account_id UUID NOT NULL REFERENCES accounts (id),
    auth_time  BIGINT NOT NULL,
    acr        TEXT COLLATE "C" NOT NULL,
    amr        TEXT COLLATE "C" NOT NULL,
    -- Digest of the browser's name, so that a sign-in in the same browser takes over what was there.
    browser    BYTEA NOT NULL,
    -- As what the person chose to act: an affiliation; their main one when NULL.
    context    UUID,
    own_device BOOLEAN NOT NULL,
    address    TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX sessions_account ON sessions (account_id, created_at);
CREATE INDEX sessions_browser ON sessions (browser) WHERE ended_at IS NULL;
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- What an app was given at one sign-in; codes and refresh tokens hang from it and end with it.
CREATE TABLE grants (
    id         UUID PRIMARY KEY,
    client_key UUID NOT NULL REFERENCES clients (key),
    account_id UUID NOT NULL REFERENCES accounts (id),
    session_id UUID NOT NULL REFERENCES sessions (id),
    scope      TEXT COLLATE "C" NOT NULL,
    claims     TEXT COLLATE "C",
    context    UUID,
    offline    BOOLEAN NOT NULL,
    auth_time  BIGINT NOT NULL,
    acr        TEXT COLLATE "C" NOT NULL,
    amr        TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX grants_session ON grants (session_id, client_key);
CREATE INDEX grants_account ON grants (account_id, client_key);
CREATE INDEX grants_expiry ON grants (expires_at);

CREATE TABLE codes (
    digest       BYTEA PRIMARY KEY,
    grant_id     UUID NOT NULL REFERENCES grants (id),
    client_key   UUID NOT NULL,
    redirect_uri TEXT COLLATE "C",
    challenge    TEXT COLLATE "C",
    nonce        TEXT COLLATE "C",
    expires_at   BIGINT NOT NULL,
    spent_at     BIGINT
);
CREATE INDEX codes_expiry ON codes (expires_at);
CREATE INDEX codes_grant ON codes (grant_id);

CREATE TABLE refresh_tokens (
    digest     BYTEA PRIMARY KEY,
    grant_id   UUID NOT NULL REFERENCES grants (id),
    client_key UUID NOT NULL,
    scope      TEXT COLLATE "C" NOT NULL,
    issued_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at   BIGINT,
    successor  BYTEA
);
CREATE INDEX refresh_tokens_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

-- Access tokens revoked before their time; the row goes when the token would have ended.
CREATE TABLE revoked_tokens (
    digest     BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

-- Things that may be used once, by kind, so that none of one kind passes as another.
CREATE TABLE spent (
    kind       TEXT COLLATE "C" NOT NULL,
    digest     BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (kind, digest)
);
CREATE INDEX spent_expiry ON spent (expires_at);

-- Authorization requests too large for a sealed form field.
CREATE TABLE stored_requests (
    digest     BYTEA PRIMARY KEY,
    payload    TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX stored_requests_expiry ON stored_requests (expires_at);

CREATE TABLE consents (
    account_id UUID NOT NULL REFERENCES accounts (id),
    client_key UUID NOT NULL REFERENCES clients (key),
    scope      TEXT COLLATE "C" NOT NULL,
    claims     TEXT COLLATE "C" NOT NULL,
    given_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_key)
);

CREATE TABLE jobs (
    id           UUID PRIMARY KEY,
    kind         TEXT COLLATE "C" NOT NULL,
    payload      TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    run_at       BIGINT NOT NULL,
    attempts     BIGINT NOT NULL,
    leased_until BIGINT,
    last_error   TEXT COLLATE "C",
    created_at   BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE state = 'waiting';

CREATE TABLE import_batches (
    id          UUID PRIMARY KEY,
    fingerprint BYTEA NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    file_name   TEXT COLLATE "C" NOT NULL,
    options     TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'done')),
    rows_done   BIGINT NOT NULL,
    counts      TEXT COLLATE "C" NOT NULL,
    started_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE UNIQUE INDEX import_batches_running ON import_batches (fingerprint) WHERE state = 'running';

-- Append-only, and the database itself sees to it: an event is written without a place in the chain, a job gives it one
-- (`seq`, `chain`) within seconds, and then it stays as it is. `mac` says that this program wrote it. Whoever may drop the
-- triggers can change what is here, and is found out by `phuong audit verify`.
CREATE TABLE audit_events (
    id         UUID PRIMARY KEY,
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    org_id     UUID,
    detail     TEXT COLLATE "C" NOT NULL,
    address    TEXT COLLATE "C",
    mac        BYTEA NOT NULL,
    seq        BIGINT,
    chain      BYTEA
);
CREATE UNIQUE INDEX audit_events_seq ON audit_events (seq) WHERE seq IS NOT NULL;
CREATE INDEX audit_events_unsealed ON audit_events (id) WHERE seq IS NULL;
CREATE INDEX audit_events_subject ON audit_events (subject, id);

-- Where the chain ends, so that a piece cut off its end is missed. One row, made with the key of the chain.
CREATE TABLE audit_head (
    one   BIGINT PRIMARY KEY CHECK (one = 1),
    seq   BIGINT NOT NULL,
    chain BYTEA NOT NULL,
    mac   BYTEA NOT NULL
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE TRIGGER audit_events_kept BEFORE UPDATE ON audit_events FOR EACH ROW
WHEN (OLD.seq IS NOT NULL OR NEW.seq IS NULL OR NEW.chain IS NULL
    OR (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.subject, NEW.org_id, NEW.detail, NEW.address, NEW.mac)
        IS DISTINCT FROM (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.subject, OLD.org_id, OLD.detail, OLD.address, OLD.mac))
EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_events_never_deleted BEFORE DELETE ON audit_events FOR EACH ROW
EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_events_never_emptied BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT
EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_head_goes_forward BEFORE UPDATE ON audit_head FOR EACH ROW
WHEN (NEW.seq < OLD.seq)
EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_head_never_deleted BEFORE DELETE ON audit_head FOR EACH ROW
EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_head_never_emptied BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT
EXECUTE FUNCTION audit_is_append_only();
