-- Pictures that a member has collected to answer with, in their own order. The same picture is collected once.
CREATE TABLE chat_stickers (
    id UUID PRIMARY KEY,
    member_id UUID NOT NULL,
    file_id UUID NOT NULL,
    hash TEXT NOT NULL,
    position BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    UNIQUE (member_id, hash)
);
