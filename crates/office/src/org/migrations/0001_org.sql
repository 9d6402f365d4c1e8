CREATE TABLE org_organisations (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The one-time link of the first start. The row goes when it is used.
CREATE TABLE org_set_up (
    token_hash BYTEA PRIMARY KEY,
    created_at BIGINT NOT NULL
);

-- How a person signs in; the same in every organisation the person belongs to.
CREATE TABLE org_accounts (
    id UUID PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    email TEXT UNIQUE,
    phone TEXT UNIQUE,
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What a person is in one organisation. Terms are what the directory is searched by.
CREATE TABLE org_members (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES org_organisations (id),
    account_id UUID NOT NULL REFERENCES org_accounts (id),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    title TEXT NOT NULL,
    status_text TEXT NOT NULL,
    employee_no TEXT NOT NULL,
    avatar TEXT,
    avatar_small TEXT,
    terms TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    last_seen_at BIGINT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (organisation_id, account_id)
);

CREATE INDEX org_members_in_order ON org_members (organisation_id, sort_key, id);
CREATE INDEX org_members_of_account ON org_members (account_id);
CREATE INDEX org_members_avatar ON org_members (avatar);

CREATE TABLE org_departments (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES org_organisations (id),
    parent_id UUID REFERENCES org_departments (id),
    name TEXT NOT NULL,
    position BIGINT NOT NULL,
    head_id UUID REFERENCES org_members (id),
    created_at BIGINT NOT NULL
);

CREATE INDEX org_departments_of ON org_departments (organisation_id, parent_id, position);

CREATE TABLE org_department_members (
    department_id UUID NOT NULL REFERENCES org_departments (id) ON DELETE CASCADE,
    member_id UUID NOT NULL REFERENCES org_members (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (department_id, member_id)
);

CREATE INDEX org_department_members_of ON org_department_members (member_id);

-- A signed-in device. Only the hash of its token is kept.
CREATE TABLE org_sessions (
    id UUID PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    account_id UUID NOT NULL REFERENCES org_accounts (id),
    member_id UUID NOT NULL REFERENCES org_members (id),
    device TEXT NOT NULL,
    ip TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX org_sessions_of ON org_sessions (account_id);
CREATE INDEX org_sessions_expiry ON org_sessions (expires_at);

-- The token itself is kept, so that an administrator can show the link and its QR code again.
CREATE TABLE org_invitations (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES org_organisations (id),
    token TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    department_ids JSONB NOT NULL,
    created_by UUID NOT NULL REFERENCES org_members (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    max_uses BIGINT NOT NULL,
    uses BIGINT NOT NULL
);

CREATE INDEX org_invitations_of ON org_invitations (organisation_id, id);

-- Administrative acts. Names are copied, because an entry outlives what it tells of.
CREATE TABLE org_audit (
    id UUID PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES org_organisations (id),
    at BIGINT NOT NULL,
    actor_id UUID,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    details JSONB NOT NULL,
    ip TEXT NOT NULL
);

CREATE INDEX org_audit_of ON org_audit (organisation_id, id);
