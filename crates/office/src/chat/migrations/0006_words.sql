-- What messages are found by: their words, and who sent what where. Each engine has an index of its own for that. A row has
-- the number of its message (the time and the step of its id) and its terms, parted by spaces.
--- sqlite
CREATE VIRTUAL TABLE chat_words USING fts5 (terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
--- postgres
CREATE TABLE chat_words (rowid BIGINT NOT NULL, terms TEXT NOT NULL);
CREATE INDEX chat_words_in_order ON chat_words (rowid);
CREATE INDEX chat_words_terms ON chat_words USING GIN (string_to_array(terms, ' '));
--- both

DROP TABLE chat_terms;

-- The messages that are not in the index yet, from the latest on; no row when all are.
CREATE TABLE chat_words_left (
    latest_id UUID PRIMARY KEY
);
INSERT INTO chat_words_left (latest_id) SELECT id FROM chat_messages ORDER BY id DESC LIMIT 1;
