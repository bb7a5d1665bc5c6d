// Schema version 9: events and deliveries keep the number of their kind in place of a provider, a channel and a type.

/** Kinds are numbered from 1 on, and none is deleted. */
export const kinds = `
CREATE TABLE kinds (
  n INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  type TEXT NOT NULL,
  UNIQUE (provider, channel, type)
);
INSERT INTO kinds (provider, channel, type)
  SELECT provider, channel, type FROM events UNION SELECT provider, channel, type FROM deliveries;

CREATE TABLE events_of_kinds (
  n INTEGER PRIMARY KEY,
  id TEXT,
  deliveries_from INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  variant TEXT,
  subject TEXT,
  account TEXT,
  created_at INTEGER NOT NULL,
  payload TEXT NOT NULL,
  warnings TEXT,
  any_state INTEGER NOT NULL DEFAULT 0
);
INSERT INTO events_of_kinds
  SELECT n, id, deliveries_from, (SELECT k.n FROM kinds AS k WHERE (k.provider, k.channel, k.type) = (e.provider, e.channel, e.type)),
    variant, subject, account, created_at, payload, warnings, any_state
  FROM events AS e ORDER BY n;

CREATE TABLE deliveries_of_kinds (
  n INTEGER PRIMARY KEY,
  id TEXT,
  event INTEGER NOT NULL,
  event_id TEXT,
  lane INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  status TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  due_at INTEGER,
  due_reason TEXT,
  created_at INTEGER NOT NULL,
  settled_at INTEGER,
  body TEXT
);
INSERT INTO deliveries_of_kinds
  SELECT n, id, event, event_id, lane,
    (SELECT k.n FROM kinds AS k WHERE (k.provider, k.channel, k.type) = (d.provider, d.channel, d.type)),
    status, attempts, counted, due_at, due_reason, created_at, settled_at, body
  FROM deliveries AS d ORDER BY n;

DROP TABLE deliveries;
DROP TABLE events;
ALTER TABLE events_of_kinds RENAME TO events;
ALTER TABLE deliveries_of_kinds RENAME TO deliveries;
CREATE UNIQUE INDEX events_by_id ON events (id) WHERE id IS NOT NULL;
CREATE UNIQUE INDEX deliveries_by_id ON deliveries (id) WHERE id IS NOT NULL;
CREATE INDEX deliveries_of_lane ON deliveries (lane);
CREATE INDEX waiting_in_lane ON deliveries (lane, due_at) WHERE status = 'waiting';
CREATE INDEX waiting_by_due ON deliveries (due_at, lane) WHERE status = 'waiting';
CREATE INDEX deliveries_not_waiting ON deliveries (status)
  WHERE status = 'attempting' OR status = 'delivered' OR status = 'exhausted' OR status = 'cancelled';
`
