// Schema version 7: subjects are found by a hash of their id, in an index that is written in sorted parts.

/**
 * - `place` is the row number of an event about the subject, or that of the subject itself, negative. An entry may outlive its row.
 * - Entries of rows up to the numbers in `subject_index_to` are all written, those of later rows in part.
 */
export const subjectIndex = `
CREATE TABLE subject_index (hash INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (hash, place)) WITHOUT ROWID;

CREATE TABLE subject_index_to (
  n INTEGER PRIMARY KEY CHECK (n = 1),
  subjects INTEGER NOT NULL,
  events INTEGER NOT NULL
);
INSERT INTO subject_index_to VALUES (1, 0, 0);

DROP INDEX events_of_subject;

CREATE TABLE subjects_by_number (
  n INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  provider TEXT NOT NULL,
  kind TEXT NOT NULL,
  story TEXT NOT NULL,
  state TEXT NOT NULL,
  account TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  data TEXT NOT NULL
);
INSERT INTO subjects_by_number SELECT * FROM subjects ORDER BY n;
DROP TABLE subjects;
ALTER TABLE subjects_by_number RENAME TO subjects;
CREATE INDEX subjects_of_story ON subjects (story, provider, kind);
CREATE INDEX subjects_by_update ON subjects (updated_at);
`
