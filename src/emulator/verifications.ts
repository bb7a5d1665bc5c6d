// Verifications that are kept: stored as they go on, and told to the journal.
import { EmulatorError } from '../core/errors.js'
import type { StoredVerdict, StoredVerification, VerificationEnd } from '../core/verification.js'
import type { EmulatorContext } from './context.js'

/** How many verifications that have ended are kept; the oldest go first. */
const KEPT = 100

/** What a verification is when it starts. */
export type StartedVerification = Pick<
  StoredVerification,
  'provider' | 'channel' | 'to' | 'level' | 'seed' | 'startedAt' | 'asked' | 'checks'
>

/** A verification that runs. After a reset, and once the emulator has stopped, its calls do nothing. */
export interface VerificationLog {
  readonly stored: StoredVerification
  /** Stores a verdict. `check` is its id. */
  judged(check: string, verdict: StoredVerdict): Promise<void>
  end(how: VerificationEnd): Promise<void>
}

/** The verifications that an emulator keeps; they are read in its ledger. */
export interface Verifications {
  start(verification: StartedVerification): Promise<VerificationLog>
  /** Removes one that has ended. Throws `not_found`, and `conflict` while it runs. */
  remove(id: string): Promise<void>
}

/** The verifications of one emulator. */
export function createVerifications({ ledger, journal, lifetime }: EmulatorContext): Verifications {
  return {
    start: given =>
      lifetime.within(async () => {
        const over = lifetime.signal()
        const stored = await ledger.write(rows => {
          const started: StoredVerification = {
            id: `ver_${rows.count('verification')}`,
            ...given,
            status: 'running',
            reason: null,
            durationMs: null,
            passed: 0,
            failed: 0,
            notJudged: 0,
            waits: null,
            exitCode: null,
          }
          rows.insertVerification(started)
          rows.pruneVerifications(KEPT)
          return started
        })
        journal.record({ kind: 'verification.started', verification: stored })
        const { id } = stored
        return {
          stored,
          async judged(check, verdict) {
            if (over.aborted) return
            await ledger.write(rows => rows.addVerdict(id, verdict))
            if (!over.aborted)
              journal.record({ kind: 'verification.judged', verificationId: id, check, status: verdict.status })
          },
          async end(how) {
            if (over.aborted) return
            const ended = await ledger.write(rows => {
              rows.endVerification(id, how)
              return rows.verification(id)
            })
            if (!over.aborted && ended) journal.record({ kind: 'verification.ended', verification: ended })
          },
        }
      }),
    remove: id =>
      lifetime.within(async () => {
        await ledger.write(rows => {
          const found = rows.verification(id)
          if (found?.status === 'running')
            throw new EmulatorError(`The verification ${id} is running.`, {
              code: 'conflict',
              hint: `Cancel it first with POST /_standin/verifications/${id}/cancel.`,
            })
          if (!rows.removeVerification(id)) throw noVerification(id)
        })
        journal.record({ kind: 'verification.removed', verificationId: id })
      }),
  }
}

/** The error for an id that no verification has. */
export function noVerification(id: string): EmulatorError {
  return new EmulatorError(`There is no verification ${id}.`, {
    code: 'not_found',
    hint: 'List them with GET /_standin/verifications; the oldest are deleted when there are more than 100.',
  })
}
