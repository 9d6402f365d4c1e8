-- Mail on its way to the relay. A row goes when the relay has taken it, refused it for good, or it is no longer worth sending.
CREATE TABLE kernel_mail (
    id UUID PRIMARY KEY,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    plain TEXT NOT NULL,
    html TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    worth_until BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0
);

CREATE INDEX kernel_mail_due ON kernel_mail (run_at);
