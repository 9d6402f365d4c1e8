-- What the first link of a message leads to, once it was looked up.
ALTER TABLE chat_messages ADD COLUMN preview JSONB;

-- What links led to not long ago; nothing where there was nothing to say.
CREATE TABLE chat_previews (
    url TEXT PRIMARY KEY,
    preview JSONB,
    fetched_at BIGINT NOT NULL
);
CREATE INDEX chat_previews_age ON chat_previews (fetched_at);
