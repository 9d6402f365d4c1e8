-- The files of a conversation are looked through without its texts.
CREATE INDEX chat_messages_with_files ON chat_messages (conversation_id, seq) WHERE kind = 'files';
