-- Which room of the media server a run is in, and when that was last known to be open. A name opens many rooms, one
-- after another, and what is told of an earlier one must not touch the present.
ALTER TABLE meetings_runs ADD COLUMN room TEXT;
ALTER TABLE meetings_runs ADD COLUMN seen_at BIGINT;
