-- What a meeting is about: a thing of another capability.
ALTER TABLE meetings ADD COLUMN subject_kind TEXT;
ALTER TABLE meetings ADD COLUMN subject_id UUID;

-- The meeting into which people were last called about a thing. Whoever calls about it next comes here first.
CREATE TABLE meetings_subjects (
    organisation_id UUID NOT NULL,
    kind TEXT NOT NULL,
    thing_id UUID NOT NULL,
    meeting_id UUID NOT NULL,
    called_at BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, kind, thing_id)
);

-- Things whose people see a meeting's card, because somebody showed it to them there.
CREATE TABLE meetings_shown (
    meeting_id UUID NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    thing_id UUID NOT NULL,
    shown_at BIGINT NOT NULL,
    PRIMARY KEY (meeting_id, kind, thing_id)
);
