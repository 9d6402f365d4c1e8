-- What somebody keeps files in. It belongs to a member, or to a subject of another capability, which says who may see it.
CREATE TABLE drive_spaces (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    owner_kind TEXT NOT NULL,
    owner_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (owner_kind, owner_id)
);
CREATE INDEX drive_spaces_in ON drive_spaces (organisation_id, owner_kind);

-- Bytes that are kept once however many files have them, by their SHA-256. Those without references since idle_since are
-- swept up; while they are doomed nobody may refer to them again.
CREATE TABLE drive_blobs (
    hash TEXT PRIMARY KEY,
    size BIGINT NOT NULL,
    refs BIGINT NOT NULL,
    idle_since BIGINT NOT NULL,
    doomed_at BIGINT,
    width BIGINT,
    height BIGINT,
    duration_ms BIGINT,
    has_thumbnail BOOLEAN NOT NULL,
    scan TEXT NOT NULL,
    looked_at BIGINT
);
CREATE INDEX drive_blobs_idle ON drive_blobs (idle_since) WHERE refs = 0;

-- A folder or a file. In a space it has a parent, which at the top is the space itself, and a name that is its own there.
-- Outside a space it was sent somewhere: sent_to says where, attached with what; until it is attached it is its
-- sender's alone. What was thrown away is marked with the entry it was thrown away with.
CREATE TABLE drive_entries (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    space_id UUID REFERENCES drive_spaces (id),
    parent_id UUID,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    family TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    hash TEXT,
    version BIGINT NOT NULL,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    binned_at BIGINT,
    binned_by UUID,
    binned_with UUID,
    sent_kind TEXT,
    sent_to UUID,
    attached_kind TEXT,
    attached_to UUID
);
CREATE UNIQUE INDEX drive_entries_names ON drive_entries (parent_id, name_key) WHERE binned_at IS NULL;
CREATE INDEX drive_entries_of ON drive_entries (space_id, binned_at);
CREATE INDEX drive_entries_within ON drive_entries (parent_id);
CREATE INDEX drive_entries_binned ON drive_entries (binned_with) WHERE binned_with IS NOT NULL;
CREATE INDEX drive_entries_attached ON drive_entries (attached_to) WHERE attached_to IS NOT NULL;
CREATE INDEX drive_entries_sent_to ON drive_entries (sent_to) WHERE sent_to IS NOT NULL;
CREATE INDEX drive_entries_sent ON drive_entries (created_at) WHERE space_id IS NULL;
CREATE INDEX drive_entries_alike ON drive_entries (hash);

-- What a file was and is. Each version counts against the quota of one member.
CREATE TABLE drive_versions (
    entry_id UUID NOT NULL REFERENCES drive_entries (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    hash TEXT NOT NULL,
    size BIGINT NOT NULL,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL,
    charged_to UUID NOT NULL,
    PRIMARY KEY (entry_id, number)
);
CREATE INDEX drive_versions_alike ON drive_versions (hash);

-- How many bytes count against a member, a space or an organisation.
CREATE TABLE drive_usage (
    owner_id UUID PRIMARY KEY,
    used_bytes BIGINT NOT NULL
);

-- What is arriving. Its bytes lie in a file of that id, whose length says how far it has come; a finished one is kept for
-- a while, so that whoever missed the answer can ask again.
CREATE TABLE drive_uploads (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    name TEXT NOT NULL,
    declared_type TEXT NOT NULL,
    sha256 TEXT,
    length BIGINT NOT NULL,
    space_id UUID,
    folder_id UUID,
    sent_kind TEXT,
    sent_to UUID,
    file_id UUID,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    entry_id UUID
);
CREATE INDEX drive_uploads_of ON drive_uploads (member_id);
CREATE INDEX drive_uploads_expiring ON drive_uploads (expires_at);

-- Links that let in whoever has them. Only the hashes of token and password are kept.
CREATE TABLE drive_links (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL,
    entry_id UUID NOT NULL REFERENCES drive_entries (id) ON DELETE CASCADE,
    token_hash BYTEA NOT NULL UNIQUE,
    password_hash TEXT,
    can_download BOOLEAN NOT NULL,
    expires_at BIGINT,
    visits BIGINT NOT NULL,
    created_by UUID NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX drive_links_of ON drive_links (entry_id);

-- Whoever has passed a link's password comes back with one of these.
CREATE TABLE drive_tickets (
    ticket_hash BYTEA PRIMARY KEY,
    link_id UUID NOT NULL REFERENCES drive_links (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);
CREATE INDEX drive_tickets_of ON drive_tickets (link_id);

-- What the names of entries in spaces are found by.
CREATE TABLE drive_terms (
    space_id UUID NOT NULL,
    term TEXT NOT NULL,
    entry_id UUID NOT NULL REFERENCES drive_entries (id) ON DELETE CASCADE,
    PRIMARY KEY (space_id, term, entry_id)
);
CREATE INDEX drive_terms_of ON drive_terms (entry_id);

-- What an organisation has decided about its files; nothing stands here as long as the defaults hold.
CREATE TABLE drive_settings (
    organisation_id UUID PRIMARY KEY,
    member_quota_bytes BIGINT NOT NULL,
    organisation_quota_bytes BIGINT NOT NULL,
    retention_days BIGINT NOT NULL,
    bin_days BIGINT NOT NULL,
    versions_kept BIGINT NOT NULL,
    links_allowed BOOLEAN NOT NULL
);
