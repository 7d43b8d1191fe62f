-- Accounts, broadcasts, orders and what follows them. No message text, identity or key in clear (a row outlives
-- its deletion in the WAL); times are timestamptz, ids UUIDv7 made by the service.

CREATE TABLE users (
  id uuid PRIMARY KEY,
  account text NOT NULL UNIQUE CHECK (length(account) BETWEEN 1 AND 64),
  nickname text NOT NULL CHECK (length(nickname) BETWEEN 1 AND 64),
  roles text[] NOT NULL,
  password_hash text,
  demo boolean NOT NULL DEFAULT false,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL
);

-- token_hash: SHA-256 of the token; the token itself is only with its holder.
CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE broadcasts (
  id uuid PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  title text NOT NULL,
  kind text NOT NULL,
  category text NOT NULL,
  publisher uuid NOT NULL REFERENCES users (id),
  state text NOT NULL CHECK (state IN ('created', 'live', 'interrupted', 'ended')),
  epoch integer NOT NULL DEFAULT 1,
  slow_ms integer NOT NULL DEFAULT 0,
  rehearsal boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  ended_at timestamptz,
  refused_code text,
  refused_at timestamptz
);
CREATE INDEX broadcasts_publisher ON broadcasts (publisher);

-- hash: SHA-256 of the stream key. Retired ones stay, so that a late encoder is told key_rotated.
CREATE TABLE broadcast_keys (
  hash bytea PRIMARY KEY,
  broadcast uuid NOT NULL REFERENCES broadcasts (id),
  created_at timestamptz NOT NULL,
  retired_at timestamptz
);
CREATE UNIQUE INDEX broadcast_keys_current ON broadcast_keys (broadcast) WHERE retired_at IS NULL;
CREATE INDEX broadcast_keys_broadcast ON broadcast_keys (broadcast);

-- A person's standing order on a gate; ordering `open` withdraws it.
CREATE TABLE gate_orders (
  broadcast uuid NOT NULL REFERENCES broadcasts (id),
  gate text NOT NULL CHECK (gate IN ('media', 'messages')),
  mode text NOT NULL CHECK (mode IN ('delay', 'review', 'closed')),
  delay_ms integer NOT NULL,
  ordered_by text NOT NULL,
  ordered_at timestamptz NOT NULL,
  PRIMARY KEY (broadcast, gate)
);

-- One row an order of a person. Facts and notes are in the sealed record of the moderation log, not here.
CREATE TABLE decisions (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  broadcast uuid REFERENCES broadcasts (id),
  subject text,
  reason text,
  clause text,
  decided_by text NOT NULL,
  decided_at timestamptz NOT NULL,
  certificate jsonb,
  lifted_by uuid
);
CREATE INDEX decisions_broadcast ON decisions (broadcast);
CREATE UNIQUE INDEX decisions_standing_cut ON decisions (broadcast) WHERE kind = 'cut' AND lifted_by IS NULL;

-- Gapless numbers per log: the row lock of log_numbers orders the transactions that write a record.
CREATE TABLE log_numbers (
  log text PRIMARY KEY,
  last bigint NOT NULL
);
INSERT INTO log_numbers (log, last) VALUES ('moderation', 0), ('access', 0), ('retention', 0);

CREATE TABLE outbox (
  log text NOT NULL REFERENCES log_numbers (log),
  n bigint NOT NULL,
  day date NOT NULL,
  sealed bytea NOT NULL,
  PRIMARY KEY (log, n)
);

CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  url text NOT NULL,
  event text NOT NULL,
  body jsonb NOT NULL,
  created_at timestamptz NOT NULL
);
