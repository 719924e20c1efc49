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
);
