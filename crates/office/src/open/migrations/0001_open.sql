-- A robot: tools post through it into one conversation, as they would at its vendor. The token in its address is kept
-- as a hash; the secret it checks signatures with has to be readable.
CREATE TABLE open_robots (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    vendor TEXT NOT NULL,
    name TEXT NOT NULL,
    avatar TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    token_end TEXT NOT NULL,
    signed BOOLEAN NOT NULL,
    secret TEXT NOT NULL,
    keywords JSONB NOT NULL,
    addresses JSONB NOT NULL,
    is_on BOOLEAN NOT NULL,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX open_robots_in ON open_robots (conversation_id, id);

-- A bot: an account that hears and answers. Where it has no address of its own it hears by its socket.
CREATE TABLE open_bots (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    avatar TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    token_end TEXT NOT NULL,
    callback_url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events JSONB NOT NULL,
    commands JSONB NOT NULL,
    is_on BOOLEAN NOT NULL,
    failures BIGINT NOT NULL,
    stopped_at BIGINT,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX open_bots_of ON open_bots (organisation_id, id);

-- Where a bot is. What was written up to from_seq does not exist for it.
CREATE TABLE open_seats (
    bot_id UUID NOT NULL REFERENCES open_bots (id) ON DELETE CASCADE,
    conversation_id UUID NOT NULL,
    added_by UUID NOT NULL,
    added_at BIGINT NOT NULL,
    from_seq BIGINT NOT NULL,
    PRIMARY KEY (bot_id, conversation_id)
);
CREATE INDEX open_seats_in ON open_seats (conversation_id);

-- What a bot has not taken yet.
CREATE TABLE open_events (
    bot_id UUID NOT NULL REFERENCES open_bots (id) ON DELETE CASCADE,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    data JSONB NOT NULL,
    PRIMARY KEY (bot_id, id)
);

-- Addresses at which a bot may answer later.
CREATE TABLE open_responses (
    token_hash BYTEA PRIMARY KEY,
    bot_id UUID NOT NULL REFERENCES open_bots (id) ON DELETE CASCADE,
    conversation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    message_id UUID,
    uses BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);
CREATE INDEX open_responses_until ON open_responses (until_at);
