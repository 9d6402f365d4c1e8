-- A file that a program has uploaded, to be sent with its messages for a while. The bytes are a file of the drive that is
-- attached to the row's id; the token that names it is kept as a hash.
CREATE TABLE open_media (
    id UUID PRIMARY KEY,
    program_id UUID NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    duration_ms BIGINT,
    waveform JSONB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX open_media_of ON open_media (program_id, id);
CREATE INDEX open_media_since ON open_media (created_at);
