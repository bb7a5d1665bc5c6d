// Puts load on a receiver: sends events at a rate that is fixed in advance, and judges what became of them.
import type { LoadPlan, LoadReport } from '../api/load-report.js'
import { randomSeed } from '../config.js'
import { type Rate, rateAt } from '../core/arrivals.js'
import { maskedTexts, maskedUrl, spellings } from '../core/mask.js'
import { VERSION } from '../version.js'
import { createEffects } from './effects.js'
import { findLimit, judgeStep } from './limit.js'
import { type CheckedOptions, checkOptions, type LoadOptions, usage } from './options.js'
import { countEvents, type Stage } from './plan.js'
import { openSession, realTime, type Session } from './session.js'
import { type StageLoad, startStage } from './stage.js'
import { createTally, type Tally } from './tally.js'
import { derived, distributionOf, errorsOf, judgeLoad } from './verdict.js'

/** After the timeout of the last request, for its retries, ms. */
const DRAIN_MS = 10_000

/** A start further away is a mistake, ms. */
const LONGEST_WAIT_MS = 3_600_000

const PROGRESS_MS = 1000

/** Waits for a start in the future. */
async function waitFor(start: number | undefined, signal: AbortSignal | undefined): Promise<void> {
  const { wall, pause } = realTime()
  const left = (start ?? 0) - wall()
  if (left <= 0 || signal?.aborted) return
  if (left > LONGEST_WAIT_MS)
    throw usage(
      'The start is more than an hour away.',
      'start',
      'Give one that is sooner, or one in the past: then the run begins at once.',
    )
  const aborted = new Promise<void>(resolve => signal?.addEventListener('abort', () => resolve(), { once: true }))
  await Promise.race([pause(left), aborted])
}

/** Runs what the options ask for. Throws EmulatorError for invalid options, before anything is sent. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const wanted = checkOptions(options)
  const { wall } = realTime()
  const seed = options.seed ?? randomSeed()
  const start = options.start ?? wall()
  const { inFlight, retryWaitMs } = wanted
  const session = await openSession({ ...options, seed, start, inFlight, retryWaitMs })
  try {
    await waitFor(options.start, options.signal)
    return await run(options, wanted, session, { seed, start })
  } finally {
    await session.stop()
  }
}

async function run(
  options: LoadOptions,
  wanted: CheckedOptions,
  session: Session,
  { seed, start }: { seed: number; start: number },
): Promise<LoadReport> {
  const { signal, onProgress, settleMs } = options
  const { emulator, dispatcher, channel, types, timeoutMs } = session
  const { rate, forMs, isSearch, stepMs, failIf, shard, arrivals, inFlight, retryWaitMs } = wanted
  const { clock } = emulator
  const drainMs = options.drainMs ?? timeoutMs + (options.ledger === false ? 0 : DRAIN_MS)
  const whole = createTally(isSearch ? stepMs : forMs, timeoutMs)
  const effects = createEffects(session, { clock, settleMs })
  const load: StageLoad = { mostInFlight: 0, heldBack: 0 }
  const began = clock.monotonic()
  const startedAt = clock.wall()
  const cpu = process.cpuUsage()
  let elapsed = 0
  let events = 0

  const runStage = async (stage: Stage, tallies: readonly Tally[]) => {
    const running = startStage(stage, tallies, {
      clock,
      dispatcher,
      seed,
      start: start + elapsed,
      inFlight,
      drainMs,
      signal,
      onKey: effects.accepted,
    })
    const stopTelling = telling(running, stage, tallies)
    const { mostInFlight, heldBack } = await running.ended.finally(stopTelling)
    load.mostInFlight = Math.max(load.mostInFlight, mostInFlight)
    load.heldBack += heldBack
    elapsed += stage.forMs
  }

  /** Tells the progress every second; returns a function that ends it. */
  const telling = ({ elapsedMs }: { elapsedMs(): number }, stage: Stage, tallies: readonly Tally[]) => {
    if (onProgress === undefined) return () => {}
    const { counts, latency } = tallies[0] as Tally
    let cancel = () => {}
    let before = { sent: counts.sent, at: elapsedMs() }
    const tell = () => {
      const now = { sent: counts.sent, at: elapsedMs() }
      onProgress({
        rate: ((now.sent - before.sent) * 1000) / Math.max(1, now.at - before.at),
        p99: latency.percentiles()?.p99,
        errors: errorsOf({ counts, interrupted: signal?.aborted === true }),
        sent: now.sent,
        leftMs: stage.forMs - now.at,
        step: isSearch ? stage.rate.from : undefined,
      })
      before = now
      cancel = clock.alarm(PROGRESS_MS, tell)
    }
    cancel = clock.alarm(PROGRESS_MS, tell)
    return () => cancel()
  }

  const stageOf = (of: Rate, ms: number): Stage => ({
    rate: of,
    forMs: ms,
    arrivals,
    types,
    seed,
    shard,
    firstIndex: events,
  })

  const search = async () =>
    findLimit(rate.from, stepMs, async stepRate => {
      if (signal?.aborted) return undefined
      const stage = stageOf({ from: stepRate, to: stepRate }, stepMs)
      const step = createTally(stepMs, timeoutMs)
      const { all } = countEvents(stage)
      await runStage(stage, [step, whole])
      events += all
      return signal?.aborted ? undefined : judgeStep(step, stepRate, timeoutMs)
    })

  const stage = stageOf(rate, forMs)
  const count = isSearch ? 0 : countEvents(stage).all
  const limit = isSearch ? await search() : null
  if (!isSearch) await runStage(stage, [whole])
  const used = process.cpuUsage(cpu)
  const durationMs = Math.round(clock.monotonic() - began)
  const seen = await effects.judge()

  const plan: LoadPlan = {
    rate,
    forMs: isSearch ? elapsed : forMs,
    arrivals,
    types: [...types],
    events: isSearch ? events : count,
    shard,
    ledger: options.ledger !== false,
    timeoutMs,
    inFlight,
    retryWaitMs,
    drainMs,
  }
  const { counts } = whole
  const missedAt = whole.firstMissed()
  const interrupted = signal?.aborted === true
  // Only what comes from outside can show the secret: words of Standin's own may resemble it.
  const masked = <T>(value: T) => maskedTexts(value, options.secret === undefined ? [] : spellings(options.secret))
  return judgeLoad(
    {
      kind: 'load',
      standin: VERSION,
      provider: options.provider,
      channel,
      to: masked(maskedUrl(options.to)),
      seed,
      start: new Date(start).toISOString(),
      startedAt: new Date(startedAt).toISOString(),
      durationMs,
      interrupted,
      plan,
      counts,
      outcomes: Object.fromEntries([...whole.outcomes].sort(([a], [b]) => (a < b ? -1 : 1))),
      latency: distributionOf(whole.latency.bins()),
      service: distributionOf(whole.service.bins()),
      intervals: { ms: whole.intervals.ms, list: [...whole.intervals.list] },
      ...derived({ counts, plan, interrupted, durationMs }, failIf),
      firstMissed:
        missedAt === undefined || isSearch ? null : { atMs: Math.round(missedAt), rate: rateAt(rate, missedAt, forMs) },
      machine: {
        lateness: distributionOf(whole.lateness.bins()),
        cpu: Math.round((used.user + used.system) / 10 / Math.max(1, durationMs)) / 100,
        ...load,
      },
      effects: masked(seen),
      limit,
    },
    failIf,
  )
}
