// Runs checks: the baseline first, then those that cannot disturb each other side by side, then the others one by one.
import { type Check, levelOf, requirementOf } from './check.js'
import { BASELINE } from './checks/delivery.js'
import { allChecks } from './checks/index.js'
import { atMost, failed, notJudged, passed, worst } from './checks/judge.js'
import { type Exchange, isAccepted, isUnauthorized, seen } from './exchange.js'
import type { Finding, NotJudgedCause } from './finding.js'
import type { Harness, TestHarness } from './harness.js'
import type { Verdict } from './report.js'
import type { Reproduction } from './reproduce.js'

/** Checks side by side: with the requests of each, fewer in flight than any provider's concurrency. */
const CONCURRENCY = 4

/** A receiver that went down may be restarted by its supervisor: wait before it is tried once more, real ms. */
const RESTART_MS = 1000

const UNREACHABLE = new Set(['refused', 'unreachable', 'tls', 'blocked', 'local_error'])

export interface RunOptions {
  /** How to repeat a failed check. */
  reproduce(id: string, exchange: Exchange | undefined): Reproduction
  onVerdict?: ((verdict: Verdict) => void) | undefined
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

/** Judges what a check has sent, after a wait. */
type Judge = () => Promise<Finding>

const unjudged = ({ why, cause, because }: Blocked): Finding => notJudged(why, cause, because)

/** The finding of the baseline, or that it cannot be judged because every request was unreachable. */
function reachable(harness: TestHarness, finding: Finding): Finding {
  const exchanges = harness.exchanges()
  const [first] = exchanges
  if (first === undefined || !exchanges.every(({ outcome }) => UNREACHABLE.has(outcome.kind))) return finding
  return notJudged(`The receiver cannot be reached: ${seen(first)}`, 'unreachable')
}

/** Sends a valid request: after a check that sent an invalid one the receiver must still accept it. */
async function stillAccepts(harness: TestHarness, id: string): Promise<{ finding: Finding; down?: Exchange }> {
  const send = async () => harness.send(await harness.request(), `a valid request, after ${id}`)
  let exchange = await send()
  // This request may have gone out on a connection that the check has cut.
  if (exchange.outcome.kind === 'reset') exchange = await send()
  // A receiver that is going down may still cut a connection that its system had taken.
  if (exchange.outcome.kind === 'reset' || UNREACHABLE.has(exchange.outcome.kind)) {
    await harness.pause(RESTART_MS)
    const down = await send()
    const finding = failed('the receiver keeps running and accepts a valid request', `then ${seen(exchange)}`, exchange)
    return { finding, ...(UNREACHABLE.has(down.outcome.kind) && { down }) }
  }
  if (isAccepted(exchange)) return { finding: passed() }
  return {
    finding: failed(
      'a valid request accepted afterwards',
      `a valid request afterwards was ${seen(exchange)}`,
      exchange,
    ),
  }
}

/** The finding of a failure that another explains; `open` while that is not known, undefined where it stands for itself. */
function rootOf(
  { follows = [] }: Check,
  finding: Finding,
  chosen: ReadonlySet<string>,
  verdicts: ReadonlyMap<string, Verdict>,
): Finding | 'open' | undefined {
  if (finding.status !== 'failed') return undefined
  const root = follows.find(id => verdicts.get(id)?.status === 'failed')
  if (root !== undefined) return notJudged(`It follows from ${root}, which failed: ${finding.seen}`, 'follows', root)
  return follows.some(id => chosen.has(id) && !verdicts.has(id)) ? 'open' : undefined
}

/** Runs the checks; answers their verdicts in the same order. A baseline that fails is among them even where it was not chosen. */
export async function runChecks(
  harness: Harness,
  checks: readonly Check[],
  { reproduce, onVerdict, signal }: RunOptions,
): Promise<Verdict[]> {
  const { situation } = harness
  const verdicts = new Map<string, Verdict>()
  let blocked: Blocked | undefined

  /** Shows how the signature is made where the receiver refused a valid one. */
  const refusalOf = async (check: Check, exchange: Exchange | undefined) =>
    check.expects === 'accept' && exchange !== undefined && isUnauthorized(exchange)
      ? ((await harness.explain(exchange)) ?? null)
      : null

  const toVerdict = async (check: Check, finding: Finding, durationMs: number): Promise<Verdict> => {
    const { sources = {}, assumed = {} } = situation.traits
    const [family = ''] = check.id.split('/')
    const source = sources[check.id] ?? sources[family]
    const failure = finding.status === 'failed' ? finding : undefined
    return {
      id: check.id,
      title: requirementOf(check, situation),
      level: levelOf(check, situation),
      expects: check.expects,
      status: finding.status,
      documented: source === undefined ? [] : [source],
      assumption: assumed[check.id] ?? assumed[family] ?? null,
      why: check.why,
      durationMs: Math.round(durationMs),
      expected: failure?.expected ?? null,
      seen: failure?.seen ?? null,
      exchange: failure?.exchange ?? null,
      signature: await refusalOf(check, failure?.exchange),
      again: failure ? reproduce(check.id, failure.exchange) : null,
      cause: finding.status === 'not judged' ? (finding.cause ?? null) : null,
      because: finding.status === 'not judged' ? (finding.because ?? null) : null,
      note: finding.status === 'not judged' ? finding.why : finding.status === 'passed' ? (finding.note ?? null) : null,
    }
  }

  const findingOf = async (check: Check, later: Judge[]): Promise<Finding> => {
    if (blocked !== undefined && !(check.runsAfterBaselineFailure && blocked.isReachable)) return unjudged(blocked)
    if (signal?.aborted) return notJudged('The verification was cancelled.', 'cancelled')
    const own = harness.forCheck(check.id, judge => void later.push(judge))
    const finding = await check.run(own)
    if (finding.status === 'failed' && finding.exchange?.outcome.kind === 'local_error')
      return notJudged(seen(finding.exchange))
    if (check.expects === 'accept') return finding
    const after = await stillAccepts(own, check.id)
    if (after.down !== undefined)
      blocked = {
        why: `The receiver has not answered since ${check.id}: ${seen(after.down)}`,
        cause: 'stopped',
        because: check.id,
        isReachable: false,
      }
    return finding.status === 'failed' || after.finding.status === 'passed' ? finding : after.finding
  }

  const chosen = new Set(checks.map(({ id }) => id))
  /** Failures that may follow from one of a check that has no verdict yet. */
  const held: { check: Check; finding: Finding; durationMs: number }[] = []

  const tell = async (check: Check, finding: Finding, durationMs: number) => {
    const verdict = await toVerdict(check, finding, durationMs)
    verdicts.set(check.id, verdict)
    onVerdict?.(verdict)
  }

  const report = async (check: Check, finding: Finding, began: number) => {
    held.push({ check, finding, durationMs: harness.monotonic() - began })
    for (let i = 0; i < held.length; ) {
      const one = held[i]
      const explained = one && rootOf(one.check, one.finding, chosen, verdicts)
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

  /** Verdicts that wait for what the receiver does; other checks run meanwhile. */
  const waiting: Promise<void>[] = []

  const judgedLater = async (judges: readonly Judge[]): Promise<Finding> => {
    const finding = worst(await Promise.all(judges.map(judge => judge())))
    return finding.status === 'failed' && blocked !== undefined ? unjudged(blocked) : finding
  }

  /** Reports a finding; what is judged later holds up only the checks that run alone. */
  const conclude = async (check: Check, finding: Finding, later: readonly Judge[], began: number) => {
    if (finding.status !== 'passed' || later.length === 0) return report(check, finding, began)
    waiting.push(judgedLater(later).then(then => report(check, worst([finding, then]), began)))
  }

  const run = async (check: Check) => {
    const began = harness.monotonic()
    const later: Judge[] = []
    await conclude(check, await findingOf(check, later), later, began)
  }

  /** Runs a check beside others. Without an answer another check may have disturbed it: then it is to be run again alone. */
  const runBeside = async (check: Check): Promise<Check | undefined> => {
    const began = harness.monotonic()
    const later: Judge[] = []
    const finding = await findingOf(check, later)
    if (finding.status === 'failed' && finding.exchange?.outcome.kind !== 'answered') return check
    await conclude(check, finding, later, began)
    return undefined
  }

  const baseline = allChecks.find(({ id }) => id === BASELINE)
  const began = harness.monotonic()
  if (baseline !== undefined) {
    const own = harness.forCheck(BASELINE)
    const finding = reachable(own, await baseline.run(own))
    if (checks.includes(baseline) || finding.status !== 'passed') await report(baseline, finding, began)
    if (finding.status === 'not judged') blocked = { why: finding.why, cause: 'unreachable', isReachable: false }
    else if (finding.status === 'failed')
      blocked = {
        why: `${BASELINE} failed: nothing else can be judged.`,
        cause: 'baseline',
        because: BASELINE,
        isReachable: true,
      }
  }

  const rest = checks.filter(({ id }) => id !== BASELINE)
  const beside = rest.filter(({ exclusive, runLast, expects }) => !exclusive && !runLast && expects === 'accept')
  const disturbed = await atMost(CONCURRENCY, beside, runBeside)
  for (const check of disturbed) if (check !== undefined) await run(check)
  for (const check of rest) if (!beside.includes(check) && !check.exclusive && !check.runLast) await run(check)
  await Promise.all(waiting)
  for (const check of rest) if (check.exclusive && !check.runLast) await run(check)
  await Promise.all(waiting)
  for (const check of rest) if (check.runLast) await run(check)
  await Promise.all(waiting)
  return [...(baseline && !checks.includes(baseline) ? [baseline] : []), ...checks].flatMap(
    ({ id }) => verdicts.get(id) ?? [],
  )
}
