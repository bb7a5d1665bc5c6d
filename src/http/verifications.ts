// Verifications on one emulator: started by a request, stored verdict by verdict, cancelled.
import type { VerificationInput, VerificationReport } from '../api/verification.js'
import { EmulatorError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { maskedUrl } from '../core/mask.js'
import type { StoredVerification, VerificationEnd } from '../core/verification.js'
import type { Emulator } from '../emulator/contract.js'
import type { VerificationLog } from '../emulator/verifications.js'
import type { Report } from '../verify/report.js'
import type { RepeatWith } from '../verify/reproduce.js'
import type { MakeEmulator, StartedVerification } from '../verify/verification.js'
import { VERSION } from '../version.js'

/** Each makes emulators of its own and up to hundreds of requests at once. */
const MOST_RUNNING = 4

/** The input, with the provider's settings in this space, and what ends it besides a cancel. */
export interface VerificationStart {
  input: Omit<VerificationInput, 'timeout' | 'settle'> & { timeoutMs: number | undefined; settleMs: number | undefined }
  beside: MakeEmulator
  /** Options that a command which repeats a check needs besides. */
  repeatWith?: RepeatWith | undefined
  /** Aborted where the client that waits for the report is gone. */
  client?: AbortSignal | undefined
  /** Called once it may start, for what must stay while it runs; the returned function is called when it has ended. */
  use(): () => void
}

/** The verifications on one emulator. */
export interface Verifications {
  /**
   * Starts one; resolves before anything is sent. Throws users' mistakes, and `conflict` where one of this receiver is running, or too many
   * others. `report` rejects with internal errors only.
   */
  start(start: VerificationStart): Promise<{ stored: StoredVerification; report: Promise<Report> }>
  /** Cancels one; checks under way still end. False where none of that id is running. */
  cancel(id: string): boolean
}

/** A receiver's URL, written in one way. */
const receiverOf = (to: string): string => {
  const { origin, pathname, search } = new URL(to)
  return `${origin}${pathname}${search}`
}

const CANCELLED = 'It was cancelled.'

/** What can be shown of how a verification was asked for. */
function askedOf(
  { input: { secret, settings, provider: _, to: __, ...rest } }: VerificationStart,
  { masked, maskedSettings }: StartedVerification,
): JsonObject {
  const given = {
    ...rest,
    observe: rest.observe && maskedUrl(rest.observe),
    settings: settings && maskedSettings(settings),
    hasSecret: secret !== undefined,
    standin: VERSION,
  }
  return masked(JSON.parse(JSON.stringify(given)) as JsonObject)
}

/** The verifications of one emulator; they are cancelled when it is gone. */
export function createVerifications(emulator: Emulator, { gone }: { gone: AbortSignal }): Verifications {
  const controllers = new Map<string, AbortController>()
  /** URLs of the receivers that are being verified. */
  const busy = new Set<string>()

  const reserve = (to: string): void => {
    if (busy.has(to))
      throw new EmulatorError(`${maskedUrl(to)} is being verified already.`, {
        code: 'conflict',
        where: 'to',
        hint: 'Two at once would disturb each other: wait until it has ended, or cancel it.',
      })
    if (busy.size >= MOST_RUNNING)
      throw new EmulatorError(`${MOST_RUNNING} verifications are running already.`, {
        code: 'conflict',
        hint: 'Wait until one has ended, or cancel one.',
      })
    busy.add(to)
  }

  const failed = (doing: string) => (error: unknown) =>
    emulator.journal.record({
      kind: 'internal-error',
      doing,
      message: error instanceof Error ? error.message : String(error),
    })

  /** Runs it; `onStart` gets its log once it is stored. */
  const run = async (given: VerificationStart, onStart: (log: VerificationLog) => void): Promise<Report> => {
    const { input, beside, repeatWith, client } = given
    const [{ verify }, { verdictRecord }, { levelOf, requirementOf }] = await Promise.all([
      import('../verify/verification.js'),
      import('../verify/reporters/json.js'),
      import('../verify/check.js'),
    ])
    const controller = new AbortController()
    const signal = AbortSignal.any([controller.signal, gone, emulator.lifetime(), ...(client ? [client] : [])])
    let log: VerificationLog | undefined
    const writes: Promise<void>[] = []
    const settings = { ...emulator.ledger.providerSettings(input.provider), ...input.settings }
    const end = async (how: Omit<VerificationEnd, 'durationMs'>, durationMs: number | null) => {
      if (log) controllers.delete(log.stored.id)
      await Promise.all(writes)
      await log?.end({ ...how, durationMs }).catch(failed('storing the end of a verification'))
    }
    try {
      const { shareable } = await verify(
        {
          ...input,
          settings,
          signal,
          repeatWith,
          onStart: async started => {
            const { situation, checks, seed, startedAt } = started
            log = await emulator.verifications.start({
              provider: situation.provider,
              channel: situation.channel,
              to: started.masked(input.to),
              level: input.level ?? 'must',
              seed,
              startedAt,
              asked: askedOf(given, started),
              checks: checks.map(check => ({
                id: check.id,
                title: requirementOf(check, situation),
                level: levelOf(check, situation),
                expects: check.expects,
              })),
            })
            controllers.set(log.stored.id, controller)
            onStart(log)
          },
          onShareable: verdict => {
            const place = log?.stored.checks.findIndex(({ id }) => id === verdict.id) ?? -1
            const record = { ...verdictRecord(verdict) } as unknown as JsonObject
            const written = log?.judged(verdict.id, { place, status: verdict.status, verdict: record })
            if (written) writes.push(written.catch(failed('storing a verdict')))
          },
        },
        beside,
      )
      const { durationMs, summary, waits } = shareable
      const ended = signal.aborted
        ? { status: 'cancelled' as const, reason: CANCELLED }
        : { status: 'completed' as const, reason: null }
      await end({ ...ended, exitCode: summary.exitCode, waits: waits && { ...waits } }, durationMs)
      return shareable
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      await end({ status: 'broken', reason, exitCode: null, waits: null }, null)
      throw error
    }
  }

  return {
    async start(given) {
      const to = receiverOf(given.input.to)
      reserve(to)
      const leave = given.use()
      const lifetime = emulator.lifetime()
      let started: (log: VerificationLog) => void = () => {}
      const start = new Promise<VerificationLog>(resolve => {
        started = resolve
      })
      const report = run(given, log => started(log)).finally(() => {
        busy.delete(to)
        leave()
      })
      // What goes wrong before it is stored is the answer; later nobody may be waiting.
      const log = await Promise.race([start, report.then(() => start)])
      report.catch(error => {
        if (!lifetime.aborted) failed(`the verification ${log.stored.id}`)(error)
      })
      return { stored: log.stored, report }
    },
    cancel(id) {
      const controller = controllers.get(id)
      controller?.abort()
      return controller !== undefined
    },
  }
}

/** A stored report written in a format. */
export async function writtenReport(report: VerificationReport, format: string): Promise<string> {
  const [{ reporterOf }, { reportOf }] = await Promise.all([
    import('../verify/reporters/index.js'),
    import('../verify/reporters/json.js'),
  ])
  return reporterOf(format)(reportOf(report))
}
