// One run of a check: what it found, and whether another that ran beside it may be why.
import type { Check } from './check.js'
import { isBusy } from './checks/busy.js'
import { KEEP_ALIVE } from './checks/connections.js'
import { isDoubling, isLoss } from './checks/effects.js'
import { atMost, failed, notJudged, worst } from './checks/judge.js'
import { BURST } from './checks/load.js'
import { isAccepted, seen, statusOf } from './exchange.js'
import type { Finding } from './finding.js'
import type { TestHarness } from './harness.js'
import { isExcused, tooSlow } from './lateness.js'
import { ReceiverStopped, type Stop, type Trouble } from './stop.js'
import type { Harness } from './verification-harness.js'

/** What a check found, and whether another that ran beside it may have disturbed it. */
export interface Tried {
  finding: Finding
  isDisturbed: boolean
  trouble?: Trouble | undefined
}

/** One that sends so many is load too. */
const MANY = 20

/** The finding where valid requests were refused for a while after one of this check. */
const troubled = ({ exchange, from, to }: Trouble, check: Check): Finding =>
  failed(
    'a valid request accepted afterwards',
    `a valid request afterwards was ${seen(exchange)}; the next was accepted ${Math.round(to - from)} ms later`,
    exchange,
    check.expects === 'accept' && (check.takes?.requests ?? 0) >= MANY && statusOf(exchange) >= 500 ? [BURST] : [],
  )

/** The finding of a check that passed when it was run again, or is the owner of a trouble: a process that has ended fails it all the same. */
export function remembering(finding: Finding, check: Check, owns: boolean, trouble: Trouble | undefined): Finding {
  if (finding.status !== 'passed' || !owns || trouble?.exchange.outcome.kind !== 'refused') return finding
  const once = troubled(trouble, check)
  return once.status === 'failed'
    ? { ...once, seen: `${once.seen}; when it was run again alone, nothing failed` }
    : once
}

/** So often a check of this length at most, real ms, is run again whose event had several effects. */
const DOUBLING_RUNS = 5
const DOUBLING_WAIT_MS = 1000

/** How often a check is run again at most, until it fails: no other check gives an event a second effect, but that may not show each time. */
export const runsAgain = ({ takes }: Check, first: Finding, trouble: Trouble | undefined): number =>
  trouble === undefined && isDoubling(first) && (takes?.waitMs ?? 0) <= DOUBLING_WAIT_MS ? DOUBLING_RUNS : 1

/** The finding of a check that was run again alone; one that passes says what it had found beside others. */
export function confirmed(first: Finding, again: Finding): Finding {
  if (again.status !== 'passed' || first.status !== 'failed') return again
  const beside = `beside other checks it failed once (${first.seen}), alone it did not`
  return { ...again, note: again.note === undefined ? beside : `${again.note}; ${beside}` }
}

/** Where this machine was so late that it may be why the check failed: how late, real ms. */
function excusingLateness(harness: TestHarness, check: Check, finding: Finding, began: number): number | undefined {
  if (finding.status !== 'failed' || finding.exchange === undefined) return undefined
  const { outcome, durationMs } = finding.exchange
  const isLate = outcome.kind === 'timed_out' || (check.isTimed && (outcome.kind === 'reset' || outcome.status === 408))
  if (!isLate) return undefined
  const lateMs = harness.lateSince(began)
  const { waitMs = 300 } = check.takes ?? {}
  // One that gave up before the time was over had not waited for this machine, unless that stood still.
  const overMs = !check.isTimed ? harness.situation.timeoutMs / 10 : durationMs < waitMs ? waitMs : durationMs - waitMs
  return isExcused(overMs, lateMs) ? lateMs : undefined
}

/** The receiver stopped: the check whose message it was fails, all others are not judged. */
function afterStop(
  check: Check,
  { what = 'it', why, exchange, isLimit, lost, beside = '' }: Stop,
  culprit: string,
): Finding {
  if (culprit !== check.id) return notJudged(why, 'stopped', culprit)
  if (lost !== undefined) return failed('an effect of each accepted event', `since ${what} ${lost}`, exchange)
  return failed(
    'the receiver keeps running and accepts a valid request',
    `after ${what} every valid request was ${seen(exchange).replace(/\.$/, '')}${isLimit ? '; it is a limit of requests, whatever they are' : beside}`,
    exchange,
  )
}

/** What none that ran beside can have caused: a request that is to be refused was accepted. An effect too few or too many may be theirs. */
const isForgeryTaken = ({ expects }: Check, { follows = [] }: Finding & { status: 'failed' }): boolean =>
  expects === 'reject' && follows.length === 0

/** What it sends is many at once: run again, it would find the same. */
const isLoad = ({ id }: Check) => id.startsWith('load/') || id === 'idempotency/concurrent'

export interface TrialOptions {
  /** Checks run beside one another at all. */
  areSeveral: boolean
  /** Why a check is not run now, as its finding. */
  whyNot(check: Check): Finding | undefined
  /** Valid requests are lost on kept connections. */
  isKeptBad(): boolean
  /** The check is to be judged, and has no verdict yet. */
  isOpen(id: string): boolean
}

/** Makes the function that runs a check, and then what it judges later; `onSent` is called between the two: then others may run. */
export function createTrial(
  harness: Harness,
  { areSeveral, whyNot, isKeptBad, isOpen }: TrialOptions,
): (check: Check, isAlone: boolean, onSent?: () => void) => Promise<Tried> {
  const { liveness } = harness
  let culprit: string | undefined
  return async (check, isAlone, onSent) => {
    const isAgain = isAlone && onSent === undefined
    const isOnOwnConnections = check.id !== KEEP_ALIVE && (isAgain || isKeptBad())
    const undisturbed = (finding: Finding) => ({ finding, isDisturbed: false })
    const why = whyNot(check)
    if (why !== undefined) return undisturbed(why)
    const later: (() => Promise<Finding>)[] = []
    const own = harness.forCheck(check, { later: judge => void later.push(judge), isOnOwnConnections, isAgain })
    const leave = liveness.underway(check.id)
    const began = harness.monotonic()
    try {
      // What a check waits for, an observe URL too, may never come of a receiver that stopped.
      const first = await liveness.orStopped(check.run(own))
      const troubleOf = async (finding: Finding) => {
        const last = own.exchanges().at(-1)
        const isRefused = check.expects !== 'accept' && last !== undefined && !isAccepted(last)
        // Whatever has gone wrong may be because another check's message stopped the receiver.
        if (isAgain || isRefused || finding.status !== 'passed') await liveness.examine()
        return leave().find(({ exchange }) => !isBusy(exchange))
      }
      // What the next check does is no trouble of one that was alone, but may be why nothing can be seen.
      const isOver = isAlone && onSent !== undefined
      const early = isOver ? await troubleOf(first) : undefined
      onSent?.()
      // One that is to be alone has its own events one after the other too.
      const finding =
        first.status === 'passed'
          ? worst([first, ...(await liveness.orStopped(atMost(isAgain ? 1 : later.length, later, judge => judge())))])
          : first
      const trouble = isOver ? early : await troubleOf(finding)
      if (isOver && finding.status === 'not judged' && first.status === 'passed') await liveness.examine()
      if (finding.status === 'failed') {
        if (finding.exchange?.outcome.kind === 'local_error') return undisturbed(notJudged(seen(finding.exchange)))
        const lateMs = excusingLateness(own, check, finding, began)
        if (isAlone && lateMs !== undefined) return undisturbed(tooSlow(lateMs, `the check saw: ${finding.seen}`))
        const isTaken = finding.exchange !== undefined && isAccepted(finding.exchange)
        const isShown = isTaken && (!areSeveral || isForgeryTaken(check, finding))
        // A queue may still be full of what came before, or lose what comes next; and a receiver may fail now and then, whatever comes.
        const isFailing =
          check.exclusive && finding.exchange && statusOf(finding.exchange) >= 500 && !isBusy(finding.exchange)
        if (isOver && (isLoss(finding) || isFailing) && !isLoad(check)) return { finding, isDisturbed: true, trouble }
        return { finding, isDisturbed: !isAlone && (trouble !== undefined || !isShown), trouble }
      }
      if (trouble === undefined) return undisturbed(finding)
      return isAlone ? undisturbed(troubled(trouble, check)) : { finding, isDisturbed: true, trouble }
    } catch (error) {
      leave()
      if (!(error instanceof ReceiverStopped)) throw error
      const { stop } = error
      // A limit is no fault of the message that met it, and of several messages at once none is known to be the cause.
      culprit ??= (stop.isLimit || stop.isNumber || stop.isAny) && isOpen(BURST) ? BURST : stop.check
      return undisturbed(afterStop(check, stop, culprit))
    }
  }
}
