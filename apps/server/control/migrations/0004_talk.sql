-- Contests of refused messages and reports of false hits. What was said, and what a person wrote about it, is in the
-- logs; `terms` are the lexicon's, `allow` what an answer added to it.
CREATE TABLE contests (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('contest', 'report')),
  message uuid NOT NULL,
  room uuid NOT NULL REFERENCES broadcasts (id),
  author uuid NOT NULL,
  made_by text NOT NULL,
  made_at timestamptz NOT NULL,
  category text NOT NULL,
  terms text[] NOT NULL,
  lexicon integer,
  state text NOT NULL CHECK (state IN ('open', 'stands', 'overturned')),
  answered_by text,
  answered_at timestamptz,
  version integer,
  allow text,
  UNIQUE (message, kind)
);
CREATE INDEX contests_state ON contests (state, id);
CREATE INDEX contests_made_by ON contests (made_by, made_at);

-- Who may moderate a room besides its publisher; whom they muted until when; the words they added. A mute's reason is a
-- public code.
CREATE TABLE room_moderators (
  room uuid NOT NULL REFERENCES broadcasts (id),
  person uuid NOT NULL REFERENCES users (id),
  named_by text NOT NULL,
  named_at timestamptz NOT NULL,
  PRIMARY KEY (room, person)
);
CREATE TABLE room_mutes (
  room uuid NOT NULL REFERENCES broadcasts (id),
  person uuid NOT NULL REFERENCES users (id),
  until timestamptz NOT NULL,
  reason text NOT NULL,
  muted_by text NOT NULL,
  muted_at timestamptz NOT NULL,
  PRIMARY KEY (room, person)
);
CREATE TABLE room_words (
  room uuid NOT NULL REFERENCES broadcasts (id),
  word text NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('hold', 'refuse')),
  PRIMARY KEY (room, word)
);
