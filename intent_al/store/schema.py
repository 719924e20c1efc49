"""The tables, by numbered migrations, and who owns which.

========== ========================================= ==============================================
stage      its tables                                in words
========== ========================================= ==============================================
pull       conversation event message utterance      what did people say?
           feedback cursor
predict    model prediction                          what does each model make of it?
select     batch queue_item encoder vector           which few should a human see next, and why?
review     decision audit (append-only), claim remark what is it really?
apply      change renamed_intent                     what went into the training data?
retrain    run                                       what would a new model know?
gate       verdict                                   may it go live?
promote    deployment                                is it live, and can we go back?
retire     retirement                                what needs no human any more?
========== ========================================= ==============================================

A text of the training data that nobody has said gets its row in ``utterance`` by ``select``, which
asks about it: the one table with two writers.

"Open", "done" and "live" are joins, never flags: see the views. A migration never changes once it
has been released; tables grow, they are not rewritten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

OWNERS: dict[str, frozenset[str]] = {
    "pull": frozenset({"conversation", "event", "message", "utterance", "feedback", "cursor"}),
    "predict": frozenset({"model", "prediction"}),
    "select": frozenset({"batch", "queue_item", "encoder", "vector"}),
    "review": frozenset({"decision", "audit", "claim", "remark"}),
    "apply": frozenset({"change", "renamed_intent"}),
    "retrain": frozenset({"run"}),
    "gate": frozenset({"verdict"}),
    "promote": frozenset({"deployment"}),
    "retire": frozenset({"retirement"}),
}

GUESTS: dict[str, frozenset[str]] = {"select": frozenset({"utterance"})}
"""Who else may insert into a table, and nothing but insert."""

ACCOUNTS = frozenset({"user", "web_session", "api_token"})
"""Tables of the review page, which belong to no stage; what changes in them is audited."""


def m001_first_tables(connection: sqlite3.Connection) -> None:
    for statement in _FIRST_TABLES.split(";\n\n"):
        connection.execute(statement)


_FIRST_TABLES = """
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
)
"""


def m002_revisions_and_proposals(connection: sqlite3.Connection) -> None:
    for statement in _REVISIONS_AND_PROPOSALS.split(";\n\n"):
        connection.execute(statement)


_REVISIONS_AND_PROPOSALS = """
-- added, moved, changed, deleted; present: it stood there already, and is not ours
ALTER TABLE change ADD COLUMN action TEXT NOT NULL DEFAULT 'added';

-- The branch or patch that it waits in, until the bot's own files hold it
ALTER TABLE change ADD COLUMN proposal TEXT;

-- Decisions and models go on naming an intent as it was called when they were made
CREATE TABLE renamed_intent (
    id INTEGER PRIMARY KEY,
    apply_id TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    renamed_at REAL NOT NULL
);

-- What the files hold of us: the last change of each utterance
CREATE VIEW applied_change AS
SELECT change.*, queue_item.utterance FROM change
JOIN decision ON decision.id = change.decision
JOIN queue_item ON queue_item.id = decision.item
WHERE change.written_at IS NOT NULL AND change.action IN ('added', 'moved', 'changed')
AND NOT EXISTS (
    SELECT 1 FROM change AS later
    JOIN decision AS its ON its.id = later.decision
    JOIN queue_item AS item ON item.id = its.item
    WHERE item.utterance = queue_item.utterance AND later.id > change.id
    AND later.action <> 'present'
);

-- Decided, and neither in the files nor on the way into them. What was ignored, or turned out to
-- depend on context, only waits where an earlier decision has put the text into the files.
CREATE VIEW waiting_decision AS
SELECT resolution.* FROM resolution
WHERE outcome <> 'skip'
AND (outcome IN ('labelled', 'out_of_scope')
     OR utterance IN (SELECT utterance FROM applied_change))
AND utterance NOT IN (SELECT utterance FROM queue_item WHERE quota = 'audit')
AND id NOT IN (SELECT decision FROM change)
AND utterance NOT IN (
    SELECT item.utterance FROM change
    JOIN decision ON decision.id = change.decision
    JOIN queue_item AS item ON item.id = decision.item
    WHERE change.written_at IS NULL AND change.proposal IS NOT NULL
)
"""


def m003_models_of_the_bot(connection: sqlite3.Connection) -> None:
    for statement in _MODELS_OF_THE_BOT.split(";\n\n"):
        connection.execute(statement)


_MODELS_OF_THE_BOT = """
-- Stored probabilities are calibrated: softmax(log p / temperature) of what the model said
ALTER TABLE model ADD COLUMN temperature REAL NOT NULL DEFAULT 1.0;

-- JSON: items, log loss and calibration error before and after, bins of the reliability diagram
ALTER TABLE model ADD COLUMN calibration TEXT;

ALTER TABLE run ADD COLUMN engine TEXT NOT NULL DEFAULT 'builtin';

-- Hash of data, configuration, versions and seed: equal recipes give equal candidates
ALTER TABLE run ADD COLUMN recipe TEXT;

-- Where the candidate lies, relative to the state folder; NULL: it can be trained again
ALTER TABLE run ADD COLUMN archive TEXT;

-- The newest decision that it could learn from
ALTER TABLE run ADD COLUMN decision INTEGER;

-- What the candidate was compared with, and a hash of what both were asked
ALTER TABLE verdict ADD COLUMN against TEXT;

ALTER TABLE verdict ADD COLUMN asked TEXT;

-- The last one is live. An archive that was replaced is kept, so that rollback can go back to it.
CREATE TABLE deployment (
    id INTEGER PRIMARY KEY,
    action TEXT NOT NULL,             -- promote or rollback
    run INTEGER REFERENCES run (id),  -- NULL: a model that was not trained here
    model TEXT NOT NULL,
    archive TEXT,                     -- in the bot's folder of models; NULL: no file
    replaced TEXT,                    -- the archive that was live before
    server TEXT,                      -- that was told, and has it
    deployed_at REAL NOT NULL
);

-- What a newer model is sure of needs no human any more. It was not ignored: nobody decided.
CREATE TABLE retirement (
    item INTEGER PRIMARY KEY REFERENCES queue_item (id),
    model INTEGER NOT NULL REFERENCES model (id),
    confidence REAL NOT NULL,
    retired_at REAL NOT NULL
);

DROP VIEW open_item;

-- Waiting for a human: not retired, and no standing decision, or a skip.
CREATE VIEW open_item AS
SELECT queue_item.* FROM queue_item
WHERE id NOT IN (SELECT item FROM retirement)
AND NOT EXISTS (
    SELECT 1 FROM standing_decision
    WHERE utterance = queue_item.utterance AND outcome <> 'skip'
)
"""


def m004_vectors(connection: sqlite3.Connection) -> None:
    for statement in _VECTORS.split(";\n\n"):
        connection.execute(statement)


_VECTORS = """
CREATE TABLE encoder (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    dim INTEGER NOT NULL
);

-- A cache: nothing is lost with it. Not WITHOUT ROWID: rows come in the order of their hashes'
-- arrival, which is random, and whole vectors would be moved about in the tree (4 times the time).
CREATE TABLE vector (
    id INTEGER PRIMARY KEY,
    encoder INTEGER NOT NULL REFERENCES encoder (id),
    hash BLOB NOT NULL,               -- of the text, so that any text can be asked for
    numbers BLOB NOT NULL,            -- float16, dim of them
    UNIQUE (encoder, hash)
)
"""


def m005_examples_in_the_queue(connection: sqlite3.Connection) -> None:
    for statement in _EXAMPLES_IN_THE_QUEUE.split(";\n\n"):
        connection.execute(statement)


_EXAMPLES_IN_THE_QUEUE = """
-- JSON of store.queue.Suspect: the text stands in the training data, and is asked about for that
ALTER TABLE queue_item ADD COLUMN example TEXT;

DROP VIEW waiting_decision;

-- Decided, and neither in the files nor on the way into them. What turned out to depend on context,
-- or was ignored, only waits where the files hold the text: an earlier decision has put it there,
-- or it is an example of theirs. Of those, what was ignored stays as it is.
CREATE VIEW waiting_decision AS
SELECT resolution.* FROM resolution JOIN queue_item ON queue_item.id = resolution.item
WHERE outcome <> 'skip'
AND (outcome IN ('labelled', 'out_of_scope')
     OR resolution.utterance IN (SELECT utterance FROM applied_change)
     OR (outcome = 'depends_on_context' AND queue_item.example IS NOT NULL))
AND resolution.utterance NOT IN (SELECT utterance FROM queue_item WHERE quota = 'audit')
AND resolution.id NOT IN (SELECT decision FROM change)
AND resolution.utterance NOT IN (
    SELECT item.utterance FROM change
    JOIN decision ON decision.id = change.decision
    JOIN queue_item AS item ON item.id = decision.item
    WHERE change.written_at IS NULL AND change.proposal IS NOT NULL
)
"""


def m006_several_reviewers(connection: sqlite3.Connection) -> None:
    for statement in _SEVERAL_REVIEWERS.split(";\n\n"):
        connection.execute(statement)


_SEVERAL_REVIEWERS = """
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
ALTER TABLE queue_item ADD COLUMN spellings TEXT
"""

MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    m001_first_tables,
    m002_revisions_and_proposals,
    m003_models_of_the_bot,
    m004_vectors,
    m005_examples_in_the_queue,
    m006_several_reviewers,
)
