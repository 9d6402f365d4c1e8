-- The way into a group for whoever has its link. The token is kept as it is, because those who may make one are shown it
-- again. There is one for each group, and a new one takes the place of the old.
CREATE TABLE chat_links (
    conversation_id UUID PRIMARY KEY REFERENCES chat_conversations (id) ON DELETE CASCADE,
    token TEXT NOT NULL UNIQUE,
    approval BOOLEAN NOT NULL,
    expires_at BIGINT,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL
);

-- Who asks to be let in. What was decided is kept nowhere but in the audit log.
CREATE TABLE chat_requests (
    id UUID PRIMARY KEY,
    conversation_id UUID NOT NULL REFERENCES chat_conversations (id) ON DELETE CASCADE,
    member_id UUID NOT NULL,
    note TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    UNIQUE (conversation_id, member_id)
);

-- What is to be sent later. It outlives the conversation, so that whoever wrote it learns that it was not sent.
CREATE TABLE chat_scheduled (
    id UUID PRIMARY KEY,
    member_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    title TEXT NOT NULL,
    client_id TEXT NOT NULL,
    text TEXT NOT NULL,
    mentions JSONB NOT NULL,
    mentions_all BOOLEAN NOT NULL,
    reply_to UUID,
    thread_root BIGINT,
    send_at BIGINT NOT NULL,
    taken_at BIGINT,
    failed TEXT,
    UNIQUE (member_id, client_id)
);
CREATE INDEX chat_scheduled_of ON chat_scheduled (member_id, send_at);

-- A message that its sender wants confirmed, from that moment on; how often it was told so far.
CREATE TABLE chat_urgent (
    id UUID PRIMARY KEY,
    message_id UUID NOT NULL UNIQUE REFERENCES chat_messages (id) ON DELETE CASCADE,
    conversation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    at BIGINT NOT NULL,
    repeat_minutes BIGINT,
    rounds BIGINT NOT NULL,
    told_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX chat_urgent_of ON chat_urgent (member_id, id);

-- Of whom it is wanted, and who has.
CREATE TABLE chat_urgent_people (
    urgent_id UUID NOT NULL REFERENCES chat_urgent (id) ON DELETE CASCADE,
    member_id UUID NOT NULL,
    confirmed_at BIGINT,
    PRIMARY KEY (urgent_id, member_id)
);
CREATE INDEX chat_urgent_people_of ON chat_urgent_people (member_id, urgent_id);

-- Whether a message is urgent is asked of every message, so it stands with it.
ALTER TABLE chat_messages ADD COLUMN urgent_id UUID;
CREATE INDEX chat_messages_by_time ON chat_messages (conversation_id, sent_at);
CREATE INDEX chat_messages_in_thread ON chat_messages (conversation_id, thread_root, seq) WHERE thread_root IS NOT NULL;

-- What is kept for later becomes something to do: until when, with which note, and whether it is done.
ALTER TABLE chat_later ADD COLUMN due_at BIGINT;
ALTER TABLE chat_later ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE chat_later ADD COLUMN done_at BIGINT;
ALTER TABLE chat_later ADD COLUMN told_at BIGINT;

-- What of a conversation makes a noise. Muted is whatever is not all of it.
ALTER TABLE chat_members ADD COLUMN level TEXT NOT NULL DEFAULT 'all';
UPDATE chat_members SET level = 'mentions' WHERE muted;
ALTER TABLE chat_members DROP COLUMN muted;

-- What the administrators decide about messages. Where there is no row, nobody has decided anything.
CREATE TABLE chat_settings (
    organisation_id UUID PRIMARY KEY,
    read_lists BOOLEAN NOT NULL,
    link_previews BOOLEAN NOT NULL
);
