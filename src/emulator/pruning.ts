// Removes the oldest rows that are settled as the ledger grows.
import type { JournalEntry } from '../core/journal.js'
import type { EmulatorContext } from './context.js'

/** How many settled deliveries, events without a delivery and subjects are kept by default. */
const KEEP_SETTLED = 100_000

/** What makes the ledger grow. */
const GROWTH = new Set<JournalEntry['kind']>(['event.triggered', 'subject.moved', 'delivery.settled'])

/** After how many of these happenings the oldest rows are pruned: many at once cost less each, and hold up others for longer. */
const pruneEvery = (keep: number) => Math.min(2000, Math.max(1000, keep / 20))

/** Prunes the ledger from now on, to `keep` of each kind. */
export function pruneAsItGrows(
  { journal, ledger }: Pick<EmulatorContext, 'journal' | 'ledger'>,
  { keep = KEEP_SETTLED, reportError }: { keep: number | undefined; reportError(error: unknown, doing: string): void },
): void {
  const every = pruneEvery(keep)
  let grownSince = 0
  journal.listen(({ kind }) => {
    if (!GROWTH.has(kind) || ++grownSince < every) return
    grownSince = 0
    ledger.write(rows => rows.prune(keep)).catch(error => reportError(error, 'pruning the ledger'))
  })
}
