-- What was announced and not yet delivered.
CREATE TABLE kernel_outbox (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    payload JSONB NOT NULL,
    announced_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0
);

-- What is to be done later.
CREATE TABLE kernel_jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    unique_key TEXT UNIQUE,
    payload JSONB NOT NULL,
    run_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    failed_at BIGINT
);

CREATE INDEX kernel_jobs_due ON kernel_jobs (run_at) WHERE failed_at IS NULL;
