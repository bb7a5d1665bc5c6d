// Runs checks: the baseline first, then side by side those that may, again alone those that were disturbed, then the others one by one.
import { type Check, rootsOf } from './check.js'
import { KEEP_ALIVE } from './checks/connections.js'
import { BASELINE, besideEachOther, reachable } from './checks/delivery.js'
import { isLoss } from './checks/effects.js'
import { allChecks } from './checks/index.js'
import { atMost, notJudged } from './checks/judge.js'
import { BURST } from './checks/load.js'
import { effectsEnd } from './effects-end.js'
import { seen } from './exchange.js'
import type { Finding, NotJudgedCause } from './finding.js'
import { STRANGE } from './liveness.js'
import { failsNowAndThen, type NowAndThen } from './now-and-then.js'
import { isSlowReceiver } from './pace.js'
import { type CheckProgress, estimate, usualMs } from './progress.js'
import type { Verdict } from './report.js'
import { type Held, rootOf, rootsBeside } from './roots.js'
import { sameAgain } from './same-again.js'
import type { Trouble } from './stop.js'
import { createToVerdict, type VerdictOptions } from './to-verdict.js'
import { confirmed, createTrial, remembering, runsAgain } from './trial.js'
import type { Harness } from './verification-harness.js'

/** Most checks side by side, of a fast receiver and of a slow one: with the requests of each, about a provider's usual concurrency. */
const CONCURRENCY = 5
const CONCURRENCY_SLOW = 10

/** So long is waited at first until the effect of a plain request is seen, real ms. */
const KNOWN_MS = 1000

/** Checks of a request that nothing but its signature or credentials tells from a valid one. */
const MISSING = /^(signature|auth)\/missing$/

/** A receiver that answers fewer at once works on one at a time. */
const TWO = 2

export interface RunOptions extends VerdictOptions {
  onVerdict?: ((verdict: Verdict) => void) | undefined
  /** Called when a verdict is made, and before the first. */
  onProgress?: ((progress: CheckProgress) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Why the checks that follow cannot be judged. */
interface Blocked {
  why: string
  cause: NotJudgedCause
  because?: string
  /** The receiver answers, but does not accept valid requests. */
  isReachable: boolean
}

/** A check that was run again, and what it found at first. */
interface Again {
  check: Check
  first: Finding
  finding: Finding
  durationMs: number
  trouble: Trouble | undefined
}

/** Others may run beside it. */
const runsBeside = ({ id, exclusive, runLast }: Check) => id !== BASELINE && !exclusive && !runLast

/** Runs the checks; answers their verdicts in the same order. A baseline that fails is among them even where it was not chosen. */
export async function runChecks(harness: Harness, checks: readonly Check[], options: RunOptions): Promise<Verdict[]> {
  const stopMeasuring = harness.measureLateness()
  try {
    return await run(harness, checks, options)
  } finally {
    stopMeasuring()
  }
}

async function run(
  harness: Harness,
  checks: readonly Check[],
  { reproduce, evidence, onVerdict, onProgress, signal }: RunOptions,
): Promise<Verdict[]> {
  const { situation, liveness } = harness
  const verdicts = new Map<string, Verdict>()
  let blocked: Blocked | undefined
  /** Valid requests are lost on kept connections. */
  let isKeptBad = false

  const toVerdict = createToVerdict(harness, { reproduce, evidence })

  const tried = createTrial(harness, {
    areSeveral: checks.filter(runsBeside).length > 1,
    whyNot(check) {
      if (blocked !== undefined && !(check.runsAfterBaselineFailure && blocked.isReachable))
        return notJudged(blocked.why, blocked.cause, blocked.because)
      return signal?.aborted ? notJudged('The verification was cancelled.', 'cancelled') : undefined
    },
    // What was left on a kept connection is the fault of one check.
    isKeptBad: () => isKeptBad || verdicts.get(KEEP_ALIVE)?.status === 'failed',
    isOpen: id => chosen.has(id) && !verdicts.has(id),
  })

  const chosen = new Set(checks.map(({ id }) => id))
  /** Failures that may follow from one of a check that has no verdict yet. */
  const held: Held[] = []

  /** So many checks side by side save time. */
  let besides = Number.POSITIVE_INFINITY
  const lanes = () => Math.min(liveness.isSlow() ? CONCURRENCY_SLOW : CONCURRENCY, situation.plan.concurrency)

  const progress = () => {
    if (onProgress === undefined) return
    const left = checks.filter(({ id }) => !verdicts.has(id))
    const timesOf = (some: readonly Check[]) => some.map(check => estimate(check, liveness.usualMs()))
    const sum = (times: readonly number[]) => times.reduce((all, ms) => all + ms, 0)
    const beside = timesOf(left.filter(runsBeside))
    const leftMs =
      Math.max(sum(beside) / Math.min(lanes(), besides), ...beside) +
      sum(timesOf(left.filter(check => !runsBeside(check))))
    onProgress({ done: verdicts.size, total: checks.length, leftMs: blocked === undefined ? Math.round(leftMs) : 0 })
  }

  const tell = async (check: Check, finding: Finding, durationMs: number) => {
    const verdict = await toVerdict(check, finding, durationMs)
    verdicts.set(check.id, verdict)
    onVerdict?.(verdict)
    progress()
  }

  const since = (began: number) => harness.monotonic() - began

  /** What is known of plain valid requests alone: that they ended a process, and that they fail now and then. */
  let ended: Trouble | undefined
  let flaky: NowAndThen | undefined

  /** The finding of the check of many requests, with what is known of them. */
  const withLoad = (check: Check, finding: Finding): Finding => {
    if (check.id !== BURST) return finding
    if (flaky === undefined || finding.status !== 'failed') return remembering(finding, check, true, ended)
    return {
      ...finding,
      seen: `${finding.seen}; of ${flaky.sent} that were sent alone one was ${seen(flaky.exchange)}`,
    }
  }

  const report = async (check: Check, finding: Finding, durationMs: number) => {
    held.push({ check, finding: withLoad(check, finding), durationMs })
    await tellHeld()
  }

  const tellHeld = async () => {
    for (let i = 0; i < held.length; ) {
      const one = held[i]
      const explained =
        one && rootOf(rootsBeside(one.check, situation, one.finding, held), one.finding, chosen, verdicts)
      if (one === undefined || explained === 'open') {
        i++
        continue
      }
      held.splice(i, 1)
      await tell(one.check, explained ?? one.finding, one.durationMs)
      // What was told may explain what is held.
      i = 0
    }
  }

  const disturbed = new Map<Check, { finding: Finding; trouble: Trouble | undefined }>()
  /** Passed by their answers, of messages that may have ended what happens after the answer. */
  const answered: { check: Check; finding: Finding; durationMs: number }[] = []
  /** Verdicts that wait for what the receiver does; other checks run meanwhile. */
  const waiting: Promise<void>[] = []

  /** Runs a check and resolves when it has sent everything. What another may have caused is not told: then it is to be run again alone. */
  const runUntilSent = (check: Check, isAlone: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const began = harness.monotonic()
      const whole = tried(check, isAlone, resolve).then(async ({ finding, isDisturbed, trouble }) => {
        if (isDisturbed) disturbed.set(check, { finding, trouble })
        else if (!isAlone && finding.status === 'passed' && harness.settling && STRANGE.test(check.id))
          answered.push({ check, finding, durationMs: since(began) })
        else await report(check, finding, since(began))
      })
      waiting.push(whole)
      whole.then(resolve, reject)
    })

  /** What failed for want of an answer may be the receiver's, whatever comes. */
  const lookForFailures = async () => {
    const isOpen = (verdicts.get(BURST)?.status ?? 'failed') === 'failed'
    if (flaky !== undefined || !chosen.has(BURST) || !isOpen) return
    const found = [...disturbed].map(([check, { finding }]) => ({ check, finding }))
    flaky = await liveness.orStopped(failsNowAndThen(harness, found)).catch(() => undefined)
    if (flaky !== undefined) harness.sendAgain()
  }

  const isOwner = (check: Check, trouble: Trouble | undefined) =>
    trouble?.check === check.id && !(trouble.isNumber && chosen.has(BURST))

  /** Runs again, alone, what was disturbed. */
  const runAgain = async () => {
    const again: Again[] = []
    await lookForFailures()
    ended ??= [...disturbed.values()].find(({ trouble }) => trouble?.isNumber)?.trouble
    for (const [check, { finding: first, trouble }] of disturbed) {
      if (isLoss(first)) await harness.settling?.quiet()
      const restarted = harness.monotonic()
      // What follows from a failure that is known says nothing more when it comes again.
      const follows = rootOf(rootsOf(check, situation, first), first, chosen, verdicts)
      let finding = first
      for (let left = typeof follows === 'object' ? 0 : runsAgain(check, first, trouble); left > 0; left--) {
        finding = await sameAgain(harness, check, first, (await tried(check, true)).finding)
        if (finding.status !== 'passed') break
      }
      again.push({ check, first, finding, durationMs: since(restarted), trouble })
    }
    const explained = new Set(again.map(({ finding, trouble }) => (finding.status === 'failed' ? trouble : undefined)))
    for (const { check, first, finding, durationMs, trouble } of again)
      await report(
        check,
        confirmed(
          first,
          explained.has(trouble) ? finding : remembering(finding, check, isOwner(check, trouble), trouble),
        ),
        durationMs,
      )
    disturbed.clear()
  }

  const baseline = allChecks.find(({ id }) => id === BASELINE)
  const began = harness.monotonic()
  if (baseline !== undefined) {
    let own = harness.forCheck(baseline)
    let finding = reachable(own, await baseline.run(own))
    if (finding.status === 'failed' && finding.exchange?.outcome.kind === 'reset') {
      // A request that crosses with the end of its kept connection says nothing of the event.
      own = harness.forCheck(baseline, { isOnOwnConnections: true })
      finding = reachable(own, await baseline.run(own))
      isKeptBad = finding.status === 'passed'
    }
    if (checks.includes(baseline) || finding.status !== 'passed') await report(baseline, finding, since(began))
    if (finding.status === 'not judged') blocked = { why: finding.why, cause: 'unreachable', isReachable: false }
    else if (finding.status === 'failed') {
      const becauseOf = (id: string): Blocked => ({
        why: `${id} failed: nothing else can be judged.`,
        cause: 'baseline',
        because: id,
        isReachable: true,
      })
      blocked = becauseOf(BASELINE)
      // What runs all the same may explain it.
      for (const check of checks.filter(one => one.runsAfterBaselineFailure)) await runUntilSent(check, true)
      await Promise.all(waiting)
      blocked = becauseOf(verdicts.get(BASELINE)?.because ?? BASELINE)
    } else {
      const [usual, beside] = [usualMs(own.exchanges()), besideEachOther(own.exchanges())]
      liveness.begin(usual, await isSlowReceiver(harness, usual, began))
      if (liveness.isSlow() && beside < TWO) besides = 1
    }
  }

  const rest = checks.filter(({ id }) => id !== BASELINE && !verdicts.has(id))
  // Those that take longest begin first.
  const beside = rest
    .filter(runsBeside)
    .sort((a, b) => estimate(b, liveness.usualMs()) - estimate(a, liveness.usualMs()))
  progress()
  // Before anything may end what the receiver does: then that it did something is known.
  const mayEnd = blocked === undefined && beside.some(({ id }) => STRANGE.test(id))
  const isKnown = mayEnd ? harness.settling?.whyUnobservable() : undefined
  if (isKnown !== undefined)
    await liveness.orStopped(Promise.race([isKnown, harness.pause(KNOWN_MS)])).catch(() => undefined)
  // Of a process that ends of any request that it refuses this is known first.
  const [plainest, others] = [beside.filter(({ id }) => MISSING.test(id)), beside.filter(({ id }) => !MISSING.test(id))]
  for (const check of plainest) await runUntilSent(check, false)
  await atMost(lanes(), others, check => runUntilSent(check, false))
  await Promise.all(waiting)
  const lossy = [...disturbed].find(([, { finding }]) => isLoss(finding))
  const end = lossy && (await liveness.orStopped(effectsEnd(harness)).catch(() => undefined))
  if (end !== undefined) {
    const isOpen = disturbed.size > 0 && !verdicts.has(end.check) && chosen.has(end.check)
    liveness.end({ ...end, check: isOpen ? end.check : (lossy?.[0].id ?? end.check) })
  }
  for (const { check, finding, durationMs } of answered)
    await report(check, end?.check === check.id ? (await tried(check, true)).finding : finding, durationMs)
  await runAgain()
  const alone = rest.filter(({ exclusive, runLast }) => exclusive && !runLast)
  for (const check of [...alone, ...rest.filter(({ runLast }) => runLast)]) await runUntilSent(check, true)
  await Promise.all(waiting)
  await runAgain()
  // What is left waits for one another: the first of them explains the others.
  held.sort((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check))
  for (let one = held.shift(); one !== undefined; one = held.shift()) {
    await tell(one.check, one.finding, one.durationMs)
    await tellHeld()
  }
  return [...(baseline && !checks.includes(baseline) ? [baseline] : []), ...checks].flatMap(
    ({ id }) => verdicts.get(id) ?? [],
  )
}
