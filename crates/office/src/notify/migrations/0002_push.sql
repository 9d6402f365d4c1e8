-- The key by which push services know this office. It is drawn at first use; a subscription is good with this key only,
-- so both stand in the same backup. There is one row at most.
CREATE TABLE notify_push_keys (
    id BIGINT PRIMARY KEY,
    private_key TEXT NOT NULL,
    drawn_at BIGINT NOT NULL
);

-- Browsers that may be written to while no page of ours is open in them. Each belongs to a signed-in device and goes with it.
CREATE TABLE notify_subscriptions (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    session_id UUID NOT NULL,
    endpoint TEXT NOT NULL UNIQUE,
    p256dh TEXT NOT NULL,
    auth TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX notify_subscriptions_of ON notify_subscriptions (member_id, created_at);
CREATE INDEX notify_subscriptions_session ON notify_subscriptions (session_id);

-- What waits to be handed to push services. Of the same tag only the latest waits.
CREATE TABLE notify_pushes (
    id UUID PRIMARY KEY,
    subscription_id UUID NOT NULL,
    tag TEXT NOT NULL,
    link TEXT NOT NULL,
    urgency TEXT NOT NULL,
    payload TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    worth_until BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    UNIQUE (subscription_id, tag)
);
CREATE INDEX notify_pushes_due ON notify_pushes (run_at);
CREATE INDEX notify_pushes_link ON notify_pushes (link);

-- What was said of a thing goes with it.
CREATE INDEX notify_notices_link ON notify_notices (link);

-- What an organisation decides about pushes. One without a row allows them, with what they are about.
CREATE TABLE notify_policies (
    organisation_id UUID PRIMARY KEY,
    hide_content BOOLEAN NOT NULL,
    push_allowed BOOLEAN NOT NULL
);
