// Keeps the objects of better-sqlite3 from the garbage collector where it would abort the process.

/**
 * Node 24.19 and later abort when the collector takes an object of the library before version 13, and that version does not run on
 * Node 20. What is kept for the life of the process is some sixty closed statements for each ledger ever opened.
 */
const kept: unknown[] = []

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const aborts = major > 24 || (major === 24 && minor >= 19)

/** The object itself, which from now on is not collected on a Node that cannot bear it. */
export function keep<T>(object: T): T {
  if (aborts) kept.push(object)
  return object
}
