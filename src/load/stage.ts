// One stage of a load run: a rate for a while, sent in an open loop and counted, until everything has come to an end or the wait is over.
import type { Emulator } from '../emulator/contract.js'
import type { Dispatcher, EventCallbacks, LoadEvent } from './dispatcher.js'
import { startOpenLoop } from './open-loop.js'
import { type Arrival, arrivalsOf, type Stage } from './plan.js'
import type { Tally } from './tally.js'

/** So many events may wait for a retry: beyond it the run is held back. */
const MOST_OWED = 100_000

/** After an interruption answers are waited for so long, real ms. */
const GRACE_MS = 1000

/** What a stage depends on. */
export interface StageParts<R> {
  clock: Emulator['clock']
  dispatcher: Dispatcher<R>
  seed: number
  /** Emulator ms of the stage's beginning. */
  start: number
  /** The most events without an answer. */
  inFlight: number
  /** The longest wait after the last arrival, real ms. */
  drainMs: number
  signal?: AbortSignal | undefined
  /** An accepted event's idempotency key. */
  onKey(key: string | undefined): void
}

/** How full a stage was. */
export interface StageLoad {
  mostInFlight: number
  heldBack: number
}

/** A stage that is running. */
export interface RunningStage {
  /** Real ms since it began. */
  elapsedMs(): number
  /** Resolves at its end. Rejects where events cannot be made. */
  readonly ended: Promise<StageLoad>
}

/** Starts a stage now. */
export function startStage<R>(stage: Stage, tallies: readonly Tally[], parts: StageParts<R>): RunningStage {
  const { clock, dispatcher, seed, start, inFlight, drainMs, signal, onKey } = parts
  let open = 0
  let owed = 0
  let mostInFlight = 0
  let heldBack = 0
  let failure: { error: unknown } | undefined
  let isOver = false
  let wake = () => {}
  const unfinished = new Map<number, number>()

  const eventOf = ({ index, type, atMs }: Arrival): LoadEvent => ({
    // With the seed, so that another run's events are others.
    id: `load-${seed}-${index}`,
    type,
    at: Math.round(start + atMs),
  })

  function callbacksOf({ index, atMs }: Arrival, isHeld: boolean): EventCallbacks {
    const releasedAt = loop.now()
    let waitedMs = 0
    let mayHaveTaken = false
    let isDuplicate = false
    const tell = (act: (tally: Tally) => void) => {
      if (!isOver) for (const tally of tallies) act(tally)
    }
    const met = ({ kind }: { kind: string }) => {
      if (kind === 'timed_out' || kind === 'reset') mayHaveTaken = true
    }
    return {
      started() {
        const now = loop.now()
        waitedMs = Math.max(0, now - atMs)
        const lateMs = now - releasedAt + (isHeld ? 0 : Math.max(0, releasedAt - atMs))
        tell(tally => tally.sent(atMs, lateMs))
      },
      first({ outcome, accepted, serviceMs }) {
        open--
        unfinished.delete(index)
        met(outcome)
        tell(tally => tally.first({ atMs, waitedMs, serviceMs, outcome, accepted }))
        loop.resume()
        wake()
      },
      retried(outcome) {
        const isFirst = mayHaveTaken && !isDuplicate
        isDuplicate ||= mayHaveTaken
        met(outcome)
        tell(tally => {
          tally.retried(outcome)
          if (isFirst) tally.duplicate()
        })
      },
      settled(accepted, key) {
        owed--
        tell(tally => (accepted ? tally.accepted() : tally.lost()))
        if (accepted) onKey(key)
        loop.resume()
        wake()
      },
      failed(error) {
        failure ??= { error }
        wake()
      },
    }
  }

  const loop = startOpenLoop<R>({
    clock,
    arrivals: arrivalsOf(stage),
    prepare: arrival => dispatcher.prepare(eventOf(arrival)),
    mayRelease: () => open < inFlight && owed < MOST_OWED,
    release(arrival, ready, isHeld) {
      open++
      owed++
      mostInFlight = Math.max(mostInFlight, open)
      if (isHeld) heldBack++
      unfinished.set(arrival.index, arrival.atMs)
      for (const tally of tallies) tally.planned(arrival.atMs)
      dispatcher.send(eventOf(arrival), ready, callbacksOf(arrival, isHeld))
    },
  })

  /** Until a condition holds, so many real ms have passed, or the run fails. */
  const until = (holds: () => boolean, ms: number, isPatient: boolean): Promise<void> =>
    new Promise(resolve => {
      const end = () => {
        cancel()
        signal?.removeEventListener('abort', look)
        resolve()
      }
      const look = () => {
        if (holds() || failure !== undefined || (isPatient && signal?.aborted)) end()
      }
      const cancel = clock.alarm(ms, end)
      wake = look
      signal?.addEventListener('abort', look)
      look()
    })

  const run = async (): Promise<StageLoad> => {
    let isReleased = false
    void loop.done.then(() => {
      isReleased = true
      wake()
    })
    await until(() => isReleased && owed === 0, stage.forMs + drainMs, true)
    loop.stop()
    if (signal?.aborted) await until(() => open === 0, GRACE_MS, false)
    const endMs = loop.now()
    if (failure !== undefined) throw failure.error
    isOver = true
    let neverSent = 0
    for (const atMs of loop.left()) {
      neverSent++
      for (const tally of tallies) {
        tally.planned(atMs)
        tally.notSent(atMs, endMs)
      }
    }
    for (const atMs of unfinished.values()) for (const tally of tallies) tally.unfinished(atMs, endMs)
    // An interruption is nobody's loss.
    if (!signal?.aborted) for (const tally of tallies) tally.lost(owed + neverSent)
    return { mostInFlight, heldBack }
  }

  return { elapsedMs: loop.now, ended: run() }
}
