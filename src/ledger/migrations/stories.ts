// Schema version 3: subjects by their last change, and counters of stories in a table of their own, so that both can be pruned.

/** Counters were named `story/<provider>/<type>/<story>`. */
export const stories = `
CREATE INDEX subjects_by_update ON subjects (updated_at);

CREATE TABLE story_counters (
  provider TEXT NOT NULL,
  story TEXT NOT NULL,
  type TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (provider, story, type)
) WITHOUT ROWID;

WITH
  named AS (SELECT substr(name, 7) AS rest, value FROM counters WHERE name LIKE 'story/%'),
  owned AS (
    SELECT substr(rest, 1, instr(rest, '/') - 1) AS provider, substr(rest, instr(rest, '/') + 1) AS rest, value FROM named
  )
INSERT OR IGNORE INTO story_counters
  SELECT provider, substr(rest, instr(rest, '/') + 1), substr(rest, 1, instr(rest, '/') - 1), value FROM owned;
DELETE FROM counters WHERE name LIKE 'story/%';
`
