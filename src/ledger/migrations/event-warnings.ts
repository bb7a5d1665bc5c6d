// Schema version 5: events keep what was unusual about them.

/** `warnings` is a JSON list, null where there are none; `any_state` is 1 for an event sent whatever the state of its subject. */
export const eventWarnings = `
ALTER TABLE events ADD COLUMN warnings TEXT;
ALTER TABLE events ADD COLUMN any_state INTEGER NOT NULL DEFAULT 0;
`
