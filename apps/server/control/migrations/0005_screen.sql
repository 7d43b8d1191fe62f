-- Thresholds of categories by route: each version whole, one in force. They are the provider's policy.
CREATE TABLE threshold_versions (
  version integer PRIMARY KEY CHECK (version > 0),
  routes jsonb NOT NULL,
  state text NOT NULL CHECK (state IN ('live', 'retired')),
  note text NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  state_by text NOT NULL,
  state_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX threshold_versions_live ON threshold_versions ((true)) WHERE state = 'live';

-- Titles and nicknames that wait for a person, or were refused by one. What they say is in the content log alone.
CREATE TABLE held_names (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('title', 'nickname')),
  subject uuid NOT NULL,
  owner uuid NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  category text NOT NULL,
  state text NOT NULL CHECK (state IN ('held', 'refused', 'contested', 'stands', 'released', 'withdrawn')),
  reason text,
  answered_by text,
  answered_at timestamptz
);
CREATE INDEX held_names_state ON held_names (state, id);
CREATE INDEX held_names_owner ON held_names (owner, id);

-- Whether a person decided about something is asked by what it was about.
CREATE INDEX decisions_subject ON decisions (subject) WHERE subject IS NOT NULL;
