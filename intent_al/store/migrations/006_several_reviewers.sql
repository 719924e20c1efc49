CREATE TABLE user (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,               -- web.access.Role
    password TEXT NOT NULL,           -- salted hash
    created_at REAL NOT NULL,
    disabled_at REAL,
    preferences TEXT NOT NULL DEFAULT '{}'   -- JSON: keys, saved filters
);

CREATE TABLE web_session (
    id BLOB PRIMARY KEY,              -- SHA-256 of what the browser holds
    user INTEGER NOT NULL REFERENCES user (id),
    csrf TEXT NOT NULL,
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES user (id),
    name TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,        -- SHA-256 of what was shown once
    scopes TEXT NOT NULL,             -- JSON list of web.access.Permission
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    used_at REAL,
    revoked_at REAL
);

-- A lease: who has fetched an item, and until when nobody else gets it
CREATE TABLE claim (
    item INTEGER PRIMARY KEY REFERENCES queue_item (id),
    reviewer TEXT NOT NULL,
    until REAL NOT NULL
);

CREATE INDEX claim_reviewer ON claim (reviewer);

-- What somebody wants looked at, with a comment
CREATE TABLE remark (
    id INTEGER PRIMARY KEY,
    item INTEGER NOT NULL REFERENCES queue_item (id),
    reviewer TEXT NOT NULL,
    text TEXT NOT NULL,               -- masked
    made_at REAL NOT NULL,
    settled_at REAL
);

CREATE INDEX remark_item ON remark (item);

-- Who changed what; ids and outcomes, no texts. Append-only
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,            -- kind and id: item 12, user kim
    before TEXT,                      -- JSON
    after TEXT                        -- JSON
);

-- The sender's own id of a decision, so that one that is sent twice is one
ALTER TABLE decision ADD COLUMN request TEXT;

CREATE UNIQUE INDEX decision_request ON decision (request) WHERE request IS NOT NULL;

CREATE INDEX decision_reviewer ON decision (reviewer, id);

-- The two likeliest intents when the batch was made; NULL before that was kept
ALTER TABLE queue_item ADD COLUMN likeliest TEXT;

ALTER TABLE queue_item ADD COLUMN second TEXT;

-- JSON list of texts that differ in spelling only, which are not asked about for that
ALTER TABLE queue_item ADD COLUMN spellings TEXT;
