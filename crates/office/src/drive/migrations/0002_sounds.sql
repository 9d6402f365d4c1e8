-- Whether what an entry is found by has been written down with what its name sounds like. Those named before wait for a job.
ALTER TABLE drive_entries ADD COLUMN spelt BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX drive_entries_unspelt ON drive_entries (id) WHERE NOT spelt AND space_id IS NOT NULL;
