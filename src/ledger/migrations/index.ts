// Every migration in order; a ledger's schema version is the number of migrations it has had.
import { eventWarnings } from './event-warnings.js'
import { faultKeys } from './fault-keys.js'
import { firstTables } from './first-tables.js'
import { kinds } from './kinds.js'
import { rowNumbers } from './row-numbers.js'
import { stories } from './stories.js'
import { subjectIndex } from './subject-index.js'
import { verificationWaits } from './verification-waits.js'
import { verifications } from './verifications.js'

/** SQL texts, oldest first. Only add at the end: these have been run on users' files. */
export const MIGRATIONS: readonly string[] = [
  firstTables,
  faultKeys,
  stories,
  verifications,
  eventWarnings,
  verificationWaits,
  subjectIndex,
  rowNumbers,
  kinds,
]
