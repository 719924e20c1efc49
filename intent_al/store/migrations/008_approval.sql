-- What somebody beside the reviewer has looked at in the diff, and wants in the files; or no longer
CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    decision INTEGER NOT NULL REFERENCES decision (id),
    approver TEXT NOT NULL,
    granted INTEGER NOT NULL,
    made_at REAL NOT NULL
);

CREATE INDEX approval_decision ON approval (decision);

CREATE VIEW standing_approval AS
SELECT approval.* FROM approval JOIN decision ON decision.id = approval.decision
WHERE granted AND approver <> reviewer AND approval.id = (
    SELECT max(id) FROM approval AS later
    WHERE later.decision = approval.decision AND later.approver = approval.approver
);
