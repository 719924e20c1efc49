-- How many people are asked about it
ALTER TABLE queue_item ADD COLUMN answers INTEGER NOT NULL DEFAULT 1;

-- Most are asked once, and cost no more than before
CREATE INDEX queue_item_shared ON queue_item (utterance, answers) WHERE answers > 1;

-- The last word of each reviewer on each utterance, skips aside. (The + keeps SQLite from going
-- through all that the reviewer has ever decided.)
CREATE VIEW answer AS
SELECT * FROM standing_decision AS standing
WHERE outcome <> 'skip' AND id = (
    SELECT max(id) FROM standing_decision AS own
    WHERE own.utterance = standing.utterance AND +own.reviewer = standing.reviewer
    AND own.outcome <> 'skip'
);

DROP VIEW resolution;

-- What an utterance is: the latest word on it. Of what several are asked about: once as many have
-- answered as were asked and agree, or one more has decided; where they agree, one who has looked at
-- the entities tells of them. Without an answer, the latest skip.
CREATE VIEW resolution AS
SELECT * FROM standing_decision AS standing
WHERE id = coalesce(
    CASE WHEN utterance IN (SELECT utterance FROM queue_item WHERE answers > 1) THEN (
        SELECT CASE
            WHEN count(*) > asked.answers THEN max(answer.id)
            WHEN count(*) = asked.answers
                AND count(DISTINCT outcome || ' ' || coalesce(intent, '')) = 1
                AND count(DISTINCT CASE WHEN entities_confirmed THEN entities END) <= 1
                THEN coalesce(max(CASE WHEN entities_confirmed THEN answer.id END), max(answer.id))
        END
        FROM answer JOIN (
            SELECT max(answers) AS answers FROM queue_item WHERE utterance = standing.utterance
        ) AS asked
        WHERE answer.utterance = standing.utterance
    ) ELSE (
        SELECT max(id) FROM standing_decision
        WHERE utterance = standing.utterance AND outcome <> 'skip'
    ) END,
    (
        SELECT max(id) FROM standing_decision
        WHERE utterance = standing.utterance AND outcome = 'skip'
    )
);

DROP VIEW open_item;

-- Waiting for a human: not retired, and not resolved, or by a skip. (Asked of one person, any answer
-- resolves: half the time where millions wait.)
CREATE VIEW open_item AS
SELECT queue_item.* FROM queue_item
WHERE id NOT IN (SELECT item FROM retirement)
AND CASE WHEN utterance IN (SELECT utterance FROM queue_item WHERE answers > 1)
    THEN NOT EXISTS (
        SELECT 1 FROM resolution WHERE utterance = queue_item.utterance AND outcome <> 'skip'
    )
    ELSE NOT EXISTS (
        SELECT 1 FROM standing_decision WHERE utterance = queue_item.utterance AND outcome <> 'skip'
    )
END;
