-- A meeting: what it is called, when it is, where it stands. The number is what people type.
CREATE TABLE meetings (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    number TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    host_id UUID NOT NULL,
    starts_at BIGINT,
    duration_minutes BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    guests_allowed BOOLEAN NOT NULL,
    mute_on_entry BOOLEAN NOT NULL,
    start_before_host BOOLEAN NOT NULL,
    locked BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX meetings_by_state ON meetings (organisation_id, state, starts_at);
CREATE UNIQUE INDEX meetings_personal ON meetings (organisation_id, host_id) WHERE kind = 'personal';

-- Who shares the host's rights. Identities, because a guest may help too.
CREATE TABLE meetings_co_hosts (
    meeting_id UUID NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    PRIMARY KEY (meeting_id, identity)
);

CREATE TABLE meetings_invitees (
    meeting_id UUID NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    member_id UUID NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY (meeting_id, member_id)
);
CREATE INDEX meetings_invitees_by_member ON meetings_invitees (member_id, meeting_id);

-- One row for every time a meeting ran: a personal room runs many times.
CREATE TABLE meetings_runs (
    id UUID PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX meetings_runs_by_meeting ON meetings_runs (meeting_id, started_at);

-- Who was in a run, from when to when; a row for each stay.
CREATE TABLE meetings_stays (
    id UUID PRIMARY KEY,
    run_id UUID NOT NULL REFERENCES meetings_runs (id) ON DELETE CASCADE,
    session TEXT NOT NULL,
    identity TEXT NOT NULL,
    member_id UUID,
    name TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    UNIQUE (run_id, session)
);
CREATE INDEX meetings_stays_by_member ON meetings_stays (member_id, run_id);

-- A member ringing another. Ended calls stay for the list of missed ones.
CREATE TABLE meetings_calls (
    id UUID PRIMARY KEY,
    meeting_id UUID NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    caller_id UUID NOT NULL,
    callee_id UUID NOT NULL,
    audio_only BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    rang_at BIGINT NOT NULL,
    ended_at BIGINT,
    message TEXT
);
CREATE INDEX meetings_calls_by_callee ON meetings_calls (callee_id, state, rang_at);
CREATE INDEX meetings_calls_by_meeting ON meetings_calls (meeting_id, callee_id);
