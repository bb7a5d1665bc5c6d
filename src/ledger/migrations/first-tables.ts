// Schema version 1: every table, with the indexes that the hot path needs.

/**
 * - `lanes` gives each subscription a small number and keeps its tallies; a row outlives its subscription.
 * - An attempt's `n` is its delivery's `n` × 2^21 + its number, so a delivery's attempts lie together and need no index.
 * - No foreign keys: there is one writer, it deletes children first, and each check would cost the hot path a lookup.
 */
export const firstTables = `
CREATE TABLE subscriptions (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  url TEXT NOT NULL,
  event_types TEXT NOT NULL,
  active INTEGER NOT NULL,
  secret TEXT,
  previous_secret TEXT,
  settings TEXT NOT NULL,
  notes TEXT NOT NULL,
  account TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE lanes (
  n INTEGER PRIMARY KEY,
  subscription TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  delivered INTEGER NOT NULL,
  exhausted INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  accepted_attempts INTEGER NOT NULL,
  last_attempt_at INTEGER
);

CREATE TABLE totals (
  n INTEGER PRIMARY KEY CHECK (n = 1),
  waiting INTEGER NOT NULL,
  attempting INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  exhausted INTEGER NOT NULL,
  cancelled INTEGER NOT NULL,
  attempts INTEGER NOT NULL
);
INSERT INTO totals VALUES (1, 0, 0, 0, 0, 0, 0);

CREATE TABLE events (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  type TEXT NOT NULL,
  variant TEXT,
  subject TEXT,
  account TEXT,
  created_at INTEGER NOT NULL,
  payload TEXT NOT NULL
);
CREATE INDEX events_of_subject ON events (subject) WHERE subject IS NOT NULL;

CREATE TABLE deliveries (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  event TEXT NOT NULL,
  lane INTEGER NOT NULL,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  due_at INTEGER,
  due_reason TEXT,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  body TEXT
);
CREATE INDEX deliveries_of_event ON deliveries (event);
CREATE INDEX deliveries_of_lane ON deliveries (lane);
CREATE INDEX waiting_in_lane ON deliveries (lane, due_at) WHERE status = 'waiting';
CREATE INDEX waiting_by_due ON deliveries (due_at, lane) WHERE status = 'waiting';
CREATE INDEX deliveries_not_waiting ON deliveries (status)
  WHERE status = 'attempting' OR status = 'delivered' OR status = 'exhausted' OR status = 'cancelled';

CREATE TABLE attempts (
  n INTEGER PRIMARY KEY,
  cause TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  stamped_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  due_reason TEXT NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  headers TEXT NOT NULL,
  faults TEXT,
  outcome TEXT,
  accepted INTEGER NOT NULL,
  duration_ms REAL,
  answer TEXT,
  body_base64 TEXT
);
CREATE INDEX attempts_in_flight ON attempts (n) WHERE outcome IS NULL;

CREATE TABLE subjects (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  story TEXT NOT NULL,
  state TEXT NOT NULL,
  account TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  data TEXT NOT NULL,
  UNIQUE (id, provider)
);
CREATE INDEX subjects_of_story ON subjects (story, provider, kind);

CREATE TABLE timers (
  n INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  subject TEXT NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  data TEXT NOT NULL,
  UNIQUE (provider, subject, name)
);
CREATE INDEX timers_by_time ON timers (at);

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE provider_settings (provider TEXT PRIMARY KEY, settings TEXT NOT NULL);
CREATE TABLE idempotency (id TEXT PRIMARY KEY, digest TEXT NOT NULL, answer TEXT NOT NULL);
`
