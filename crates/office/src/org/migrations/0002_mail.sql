-- Whom an invitation was mailed to; none for a link that is passed on by hand.
ALTER TABLE org_invitations ADD COLUMN email TEXT;

-- A mailed link by which somebody who forgot sets a new password. Only the hash of its token is kept; it holds only as
-- long as the account still has the address it was sent to.
CREATE TABLE org_password_links (
    token_hash BYTEA PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES org_accounts (id),
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX org_password_links_of ON org_password_links (account_id, created_at);
CREATE INDEX org_password_links_expiry ON org_password_links (expires_at);
