CREATE TABLE cursor (
    source TEXT PRIMARY KEY,
    position TEXT NOT NULL,           -- JSON, the connector's own
    updated_at REAL NOT NULL
);

CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    sender TEXT NOT NULL UNIQUE       -- keyed hash
);

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    source_id TEXT NOT NULL,
    conversation INTEGER NOT NULL,
    at REAL,                          -- seconds since the epoch, UTC
    kind TEXT NOT NULL,
    name TEXT,                        -- of an action, slot or loop; of a user turn: the intent
    origin TEXT,                      -- of a user turn: typed, payload, external
    message_id TEXT,
    text TEXT,                        -- masked
    body TEXT,                        -- JSON, masked: logged prediction, buttons or value
    UNIQUE (source, source_id)
);

CREATE INDEX event_conversation ON event (conversation, at, id);

CREATE TABLE utterance (
    id INTEGER PRIMARY KEY,
    bot TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    said INTEGER NOT NULL DEFAULT 0,     -- free-text messages
    senders INTEGER NOT NULL DEFAULT 0,  -- distinct conversations
    first_at REAL,
    last_at REAL,
    UNIQUE (bot, language, text)
);

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    bot TEXT NOT NULL,
    conversation INTEGER NOT NULL REFERENCES conversation (id),
    message_key TEXT NOT NULL,        -- the source's message id, else a fingerprint
    event INTEGER NOT NULL REFERENCES event (id),
    utterance INTEGER NOT NULL REFERENCES utterance (id),
    at REAL,
    turn_kind TEXT NOT NULL,
    UNIQUE (bot, conversation, message_key)
);

CREATE INDEX message_utterance ON message (utterance, turn_kind, conversation, at);

CREATE INDEX message_event ON message (event);

CREATE TABLE feedback (
    id INTEGER PRIMARY KEY,
    message INTEGER NOT NULL REFERENCES message (id),
    event INTEGER NOT NULL UNIQUE REFERENCES event (id),
    polarity INTEGER NOT NULL,        -- 1 or -1
    intent TEXT                       -- what was confirmed or denied, where that is known
);

CREATE TABLE model (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,               -- builtin
    labels TEXT NOT NULL,             -- JSON list, columns of the blobs
    span_labels TEXT NOT NULL,        -- JSON list
    used_at REAL NOT NULL             -- by predict; the model used last is the one in use
);

CREATE TABLE prediction (
    utterance INTEGER NOT NULL REFERENCES utterance (id),
    model INTEGER NOT NULL REFERENCES model (id),
    probabilities BLOB NOT NULL,      -- float16, one for each label
    spans BLOB NOT NULL,              -- rows of store.predictions.SPAN
    PRIMARY KEY (utterance, model)
) WITHOUT ROWID;

CREATE TABLE batch (
    id INTEGER PRIMARY KEY,
    created_at REAL NOT NULL,
    model INTEGER NOT NULL REFERENCES model (id),
    strategy TEXT NOT NULL,
    seed INTEGER NOT NULL
);

CREATE TABLE queue_item (
    id INTEGER PRIMARY KEY,
    batch INTEGER NOT NULL REFERENCES batch (id),
    position INTEGER NOT NULL,
    utterance INTEGER NOT NULL REFERENCES utterance (id),
    message INTEGER REFERENCES message (id),   -- whose context is shown
    quota TEXT NOT NULL,              -- strategy or audit
    score REAL NOT NULL,
    reason TEXT NOT NULL
);

CREATE INDEX queue_item_utterance ON queue_item (utterance);

CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    item INTEGER NOT NULL REFERENCES queue_item (id),
    reviewer TEXT NOT NULL,
    outcome TEXT NOT NULL,            -- records.Outcome, or 'undone' (takes item's last one back)
    intent TEXT,
    entities TEXT NOT NULL,           -- JSON list
    entities_confirmed INTEGER NOT NULL,
    decided_at REAL NOT NULL,
    seconds REAL                      -- how long the reviewer looked at it
);

CREATE INDEX decision_item ON decision (item);

CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    apply_id TEXT NOT NULL,
    decision INTEGER NOT NULL UNIQUE REFERENCES decision (id),
    path TEXT,                        -- NULL: nothing had to be written
    intent TEXT NOT NULL,
    planned_at REAL NOT NULL,
    written_at REAL                   -- NULL until the files hold it
);

CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL,              -- model id of the candidate
    examples INTEGER NOT NULL,
    data_hash TEXT NOT NULL,
    settings TEXT NOT NULL,           -- JSON: seed and what else repeats it
    created_at REAL NOT NULL
);

CREATE TABLE verdict (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (id),
    outcome TEXT NOT NULL,            -- passed, refused, inconclusive
    figures TEXT NOT NULL,            -- JSON
    created_at REAL NOT NULL
);

-- The last word of each reviewer on each item; an undone decision uncovers nothing older.
CREATE VIEW standing_decision AS
SELECT decision.*, queue_item.utterance, queue_item.quota, queue_item.message
FROM decision JOIN queue_item ON queue_item.id = decision.item
WHERE decision.outcome <> 'undone' AND decision.id = (
    SELECT max(later.id) FROM decision AS later
    WHERE later.item = decision.item AND later.reviewer = decision.reviewer
);

-- How several are resolved: the latest word on an utterance counts.
CREATE VIEW resolution AS
SELECT * FROM standing_decision AS standing
WHERE id = (SELECT max(id) FROM standing_decision WHERE utterance = standing.utterance);

-- Waiting for a human: no standing decision, or a skip.
CREATE VIEW open_item AS
SELECT queue_item.* FROM queue_item
WHERE NOT EXISTS (
    SELECT 1 FROM standing_decision
    WHERE utterance = queue_item.utterance AND outcome <> 'skip'
);
