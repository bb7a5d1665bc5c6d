// Every migration in order; a ledger's schema version is how many of them it has had.
import { firstTables } from './first-tables.js'

/** SQL texts, oldest first. Only ever add at the end: what is here has been run on users' files. */
export const MIGRATIONS: readonly string[] = [firstTables]
