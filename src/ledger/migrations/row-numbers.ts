// Schema version 8: fewer pages for each commit. Ids of events and deliveries are the numbers of their rows, all tallies are in one table.

/**
 * - `id` is null where it is `ev_<n>` or `dl_<n>`: a caller chooses the id of an event, and earlier versions gave the number of a row
 *   that was deleted again, but not its id.
 * - `event` is the number of the event's row, and `event_id` its id where that has another form.
 * - The deliveries of an event have the numbers from its `deliveries_from` up to that of the next event.
 * - The counters go on from the highest number, so that none is given twice.
 * - In `tallies` a name with a slash in front has JSON: `/totals`, `/lane/<n>`; any other is that of a counter.
 * - Tables are dropped last: to write on pages that are free again takes memory.
 * - `attempts_beside` has the attempts in flight of deliveries that are not `attempting`, such as resends.
 */
export const rowNumbers = `
ALTER TABLE counters RENAME TO tallies;
INSERT INTO tallies SELECT 'event', last FROM (SELECT max(n) AS last FROM events) WHERE last IS NOT NULL
  ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value);
INSERT INTO tallies SELECT 'delivery', last FROM (SELECT max(n) AS last FROM deliveries) WHERE last IS NOT NULL
  ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value);

INSERT INTO tallies SELECT '/totals', json_object('waiting', waiting, 'attempting', attempting, 'delivered', delivered,
  'exhausted', exhausted, 'cancelled', cancelled, 'attempts', attempts) FROM totals;
INSERT INTO tallies SELECT '/lane/' || n, json_object('n', n, 'subscription', subscription, 'url', url, 'delivered', delivered,
  'exhausted', exhausted, 'attempts', attempts, 'acceptedAttempts', accepted_attempts, 'lastAttemptAt', last_attempt_at) FROM lanes;
DROP TABLE totals;
DROP TABLE lanes;

CREATE TABLE attempts_beside (n INTEGER PRIMARY KEY);
INSERT INTO attempts_beside SELECT n FROM attempts WHERE outcome IS NULL;
DROP INDEX attempts_in_flight;

CREATE TABLE numbered_deliveries (
  n INTEGER PRIMARY KEY,
  id TEXT,
  event INTEGER NOT NULL,
  event_id TEXT,
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
CREATE INDEX numbered_deliveries_of_event ON numbered_deliveries (event);
INSERT INTO numbered_deliveries
  SELECT d.n, nullif(d.id, 'dl_' || d.n), ifnull(e.n, 0), nullif(d.event, 'ev_' || ifnull(e.n, 0)), d.lane, d.provider, d.channel,
    d.type, d.status, d.attempts, d.counted, d.due_at, d.due_reason, d.created_at, d.settled_at, d.body
  FROM deliveries AS d LEFT JOIN events AS e ON e.id = d.event ORDER BY d.n;

CREATE TABLE numbered_events (
  n INTEGER PRIMARY KEY,
  id TEXT,
  deliveries_from INTEGER NOT NULL,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  type TEXT NOT NULL,
  variant TEXT,
  subject TEXT,
  account TEXT,
  created_at INTEGER NOT NULL,
  payload TEXT NOT NULL,
  warnings TEXT,
  any_state INTEGER NOT NULL DEFAULT 0
);
INSERT INTO numbered_events
  SELECT n, nullif(id, 'ev_' || n), ifnull(
      (SELECT d.n FROM numbered_deliveries AS d WHERE d.event >= events.n ORDER BY d.event, d.n LIMIT 1),
      (SELECT ifnull(max(value), 0) + 1 FROM tallies WHERE name = 'delivery')
    ), provider, channel, type, variant, subject, account, created_at, payload, warnings, any_state
  FROM events ORDER BY n;
DROP INDEX numbered_deliveries_of_event;

DROP TABLE deliveries;
DROP TABLE events;
ALTER TABLE numbered_events RENAME TO events;
ALTER TABLE numbered_deliveries RENAME TO deliveries;
CREATE UNIQUE INDEX events_by_id ON events (id) WHERE id IS NOT NULL;
CREATE UNIQUE INDEX deliveries_by_id ON deliveries (id) WHERE id IS NOT NULL;
CREATE INDEX deliveries_of_lane ON deliveries (lane);
CREATE INDEX waiting_in_lane ON deliveries (lane, due_at) WHERE status = 'waiting';
CREATE INDEX waiting_by_due ON deliveries (due_at, lane) WHERE status = 'waiting';
CREATE INDEX deliveries_not_waiting ON deliveries (status)
  WHERE status = 'attempting' OR status = 'delivered' OR status = 'exhausted' OR status = 'cancelled';
`
