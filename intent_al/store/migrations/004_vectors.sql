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
);
