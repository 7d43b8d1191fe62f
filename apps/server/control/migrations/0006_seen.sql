-- When the owner of a name saw what a person answered. What was answered before this column is not news.
ALTER TABLE held_names ADD COLUMN seen_at timestamptz;
UPDATE held_names SET seen_at = answered_at WHERE answered_at IS NOT NULL;
