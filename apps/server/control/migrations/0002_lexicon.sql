-- Versions of the lexicon. Terms are in files of control's disk, each under the SHA-256 of its bytes (hash); here is
-- which of them acts, since when, and by whom. Terms and notes are the provider's policy, not what anybody said.
CREATE TABLE lexicon_versions (
  version integer PRIMARY KEY CHECK (version > 0),
  hash bytea NOT NULL,
  state text NOT NULL CHECK (state IN ('draft', 'shadow', 'live', 'retired')),
  note text NOT NULL,
  terms integer NOT NULL,
  bytes integer NOT NULL,
  added integer NOT NULL,
  removed integer NOT NULL,
  changed integer NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  state_by text NOT NULL,
  state_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX lexicon_versions_live ON lexicon_versions ((true)) WHERE state = 'live';
CREATE UNIQUE INDEX lexicon_versions_shadow ON lexicon_versions ((true)) WHERE state = 'shadow';

-- How often each term was found, by the hour; `lexicon` tells the one in force from the one tried beside it.
CREATE TABLE lexicon_hits (
  hour timestamptz NOT NULL,
  lexicon text NOT NULL CHECK (lexicon IN ('live', 'shadow')),
  term text NOT NULL,
  category text NOT NULL,
  hits integer NOT NULL,
  held integer NOT NULL,
  refused integer NOT NULL,
  PRIMARY KEY (hour, lexicon, term)
);
