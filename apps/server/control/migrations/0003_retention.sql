-- Titles and nicknames are sealed by the service (`w1:DAY:…`): a row outlives its change in the WAL and in dead
-- tuples, and must not be readable there once its day's key is gone. So their length here says nothing.
ALTER TABLE users DROP CONSTRAINT users_nickname_check;

-- When each publication of a broadcast ended: what was published in it is kept from then on.
ALTER TABLE broadcasts ADD COLUMN ends timestamptz[] NOT NULL DEFAULT '{}';
