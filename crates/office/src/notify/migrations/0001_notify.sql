-- What a member has been told. The title and the link are copied, because a notice tells how things stood.
-- Rows that were removed stay for a while, so that it can be undone.
CREATE TABLE notify_notices (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    title TEXT NOT NULL,
    link TEXT NOT NULL,
    data JSONB NOT NULL,
    actor_id UUID,
    times BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    read_at BIGINT,
    removed_at BIGINT
);
CREATE INDEX notify_notices_of ON notify_notices (member_id, id);
CREATE INDEX notify_notices_about ON notify_notices (member_id, subject);
CREATE INDEX notify_notices_age ON notify_notices (told_at);

-- What a member wants to be told, and when quietly. Whoever has no row wants everything, at any time.
-- Minutes are counted from midnight in the member's time zone.
CREATE TABLE notify_settings (
    member_id UUID PRIMARY KEY,
    switched_off JSONB NOT NULL,
    quiet BOOLEAN NOT NULL,
    quiet_from_minute BIGINT NOT NULL,
    quiet_to_minute BIGINT NOT NULL,
    time_zone TEXT NOT NULL
);
