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
);
