// Standin's own version, as it stands in package.json (a test compares them).
export const VERSION = '0.1.0'
