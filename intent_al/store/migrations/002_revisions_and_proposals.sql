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
);
