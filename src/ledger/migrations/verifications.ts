// Schema version 4: verifications, with each verdict in a row of its own so that it is kept as soon as it is made.

/** `place` is the index of the verdict's check in `checks`; -1 for one that was not chosen. */
export const verifications = `
CREATE TABLE verifications (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  channel TEXT NOT NULL,
  receiver TEXT NOT NULL,
  level TEXT NOT NULL,
  seed INTEGER NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER,
  asked TEXT NOT NULL,
  checks TEXT NOT NULL,
  passed INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  not_judged INTEGER NOT NULL,
  exit_code INTEGER
);

CREATE TABLE verdicts (
  verification INTEGER NOT NULL,
  place INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (verification, place)
) WITHOUT ROWID;
`
