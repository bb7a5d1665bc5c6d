// Migration 2: stored faults call their remaining firings and the reason of the last skip by the names of the API.

/** A key in front of its colon; within a JSON text its quotes would be escaped. */
export const faultKeys = `
UPDATE meta SET value = replace(replace(value, '"left":', '"remaining":'), '"passedOver":', '"lastSkipReason":')
WHERE key = 'faults';
`
