-- What somebody wrote, and what is more than a text, is looked through in the order of time without the rest.
CREATE INDEX chat_messages_of_sender ON chat_messages (conversation_id, sender_id, sent_at);
CREATE INDEX chat_messages_of_kind ON chat_messages (conversation_id, kind, sent_at) WHERE kind <> 'text';
