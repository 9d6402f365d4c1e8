-- A conversation. What there can be only one of (two people's own, a department's, everybody's) has a key; groups have
-- none. Every change raises the count of changes; messages are numbered without gaps.
CREATE TABLE chat_conversations (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    kind TEXT NOT NULL,
    only_key TEXT,
    department_id UUID,
    title TEXT NOT NULL,
    announcement TEXT NOT NULL,
    at_all TEXT NOT NULL,
    add_members TEXT NOT NULL,
    pin TEXT NOT NULL,
    edit TEXT NOT NULL,
    history_for_new BOOLEAN NOT NULL,
    muted_all BOOLEAN NOT NULL,
    member_count BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    change BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (organisation_id, only_key)
);
CREATE INDEX chat_conversations_by_kind ON chat_conversations (organisation_id, kind);

-- Who belongs to a conversation, how far they have read, and what is theirs alone. Messages up to from_seq do not exist
-- for them; joined_seq is what had been written when they came.
CREATE TABLE chat_members (
    conversation_id UUID NOT NULL REFERENCES chat_conversations (id) ON DELETE CASCADE,
    member_id UUID NOT NULL,
    role TEXT NOT NULL,
    nickname TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    joined_seq BIGINT NOT NULL,
    from_seq BIGINT NOT NULL,
    read_seq BIGINT NOT NULL,
    muted BOOLEAN NOT NULL,
    pinned BOOLEAN NOT NULL,
    pin_position BIGINT NOT NULL,
    draft TEXT NOT NULL,
    marked_unread BOOLEAN NOT NULL,
    PRIMARY KEY (conversation_id, member_id)
);
CREATE INDEX chat_members_of ON chat_members (member_id, conversation_id);

-- A message. The change it was last touched by is its own: two never share one. What was recalled keeps its place only.
CREATE TABLE chat_messages (
    conversation_id UUID NOT NULL REFERENCES chat_conversations (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    id UUID NOT NULL UNIQUE,
    change BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    sender_id UUID,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    data JSONB,
    mentions JSONB NOT NULL,
    mentions_all BOOLEAN NOT NULL,
    reply_seq BIGINT,
    thread_root BIGINT,
    thread_replies BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    edited_at BIGINT,
    recalled_at BIGINT,
    recalled_by UUID,
    pinned_at BIGINT,
    pinned_by UUID,
    reminded_at BIGINT,
    PRIMARY KEY (conversation_id, seq)
);
CREATE UNIQUE INDEX chat_messages_changes ON chat_messages (conversation_id, change);
CREATE UNIQUE INDEX chat_messages_of_client ON chat_messages (sender_id, client_id);
CREATE INDEX chat_messages_pinned ON chat_messages (conversation_id, pinned_at) WHERE pinned_at IS NOT NULL;
CREATE INDEX chat_messages_to_all ON chat_messages (conversation_id, seq) WHERE mentions_all;

-- Who is called by name in which message. Whom a message calls all together has no rows here.
CREATE TABLE chat_mentions (
    member_id UUID NOT NULL,
    conversation_id UUID NOT NULL REFERENCES chat_conversations (id) ON DELETE CASCADE,
    seq BIGINT NOT NULL,
    PRIMARY KEY (member_id, conversation_id, seq)
);
CREATE INDEX chat_mentions_in ON chat_mentions (conversation_id, seq);

-- What a message said before it was edited, and since when.
CREATE TABLE chat_edits (
    id UUID PRIMARY KEY,
    message_id UUID NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    text TEXT NOT NULL,
    written_at BIGINT NOT NULL
);
CREATE INDEX chat_edits_of ON chat_edits (message_id, id);

CREATE TABLE chat_reactions (
    message_id UUID NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    emoji TEXT NOT NULL,
    member_id UUID NOT NULL,
    reacted_at BIGINT NOT NULL,
    PRIMARY KEY (message_id, emoji, member_id)
);

CREATE TABLE chat_votes (
    message_id UUID NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    member_id UUID NOT NULL,
    choice BIGINT NOT NULL,
    PRIMARY KEY (message_id, member_id, choice)
);

-- Messages that a member has deleted for themselves.
CREATE TABLE chat_hidden (
    member_id UUID NOT NULL,
    message_id UUID NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    PRIMARY KEY (member_id, message_id)
);
CREATE INDEX chat_hidden_in ON chat_hidden (message_id);

-- Messages that a member wants to come back to.
CREATE TABLE chat_later (
    member_id UUID NOT NULL,
    message_id UUID NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE,
    marked_at BIGINT NOT NULL,
    PRIMARY KEY (member_id, message_id)
);
CREATE INDEX chat_later_in ON chat_later (message_id);

-- Which message shows a meeting that was called from its conversation.
CREATE TABLE chat_calls (
    meeting_id UUID PRIMARY KEY,
    message_id UUID NOT NULL REFERENCES chat_messages (id) ON DELETE CASCADE
);
CREATE INDEX chat_calls_in ON chat_calls (message_id);

-- The words of messages. Ids of messages are in the order of time, so the latest stand last.
CREATE TABLE chat_terms (
    conversation_id UUID NOT NULL REFERENCES chat_conversations (id) ON DELETE CASCADE,
    term TEXT NOT NULL,
    message_id UUID NOT NULL,
    PRIMARY KEY (conversation_id, term, message_id)
);
