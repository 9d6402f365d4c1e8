-- Whoever writes without being a person: a robot that other tools post through, or a bot with an account of its own.
-- It stays when the program is gone, so that what it wrote still bears its name.
CREATE TABLE chat_programs (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    avatar TEXT NOT NULL
);
ALTER TABLE chat_messages ADD COLUMN program_id UUID;
CREATE UNIQUE INDEX chat_messages_of_program ON chat_messages (program_id, client_id) WHERE program_id IS NOT NULL;
-- Whether programs want to hear what is written there. Where none does, writing announces nothing.
ALTER TABLE chat_conversations ADD COLUMN listened BOOLEAN NOT NULL DEFAULT FALSE;
