// Runs checks: the baseline first, then side by side what cannot disturb each other, then one by one what might.
import type { Bench, Exchange } from './bench.js'
import { type Check, type Finding, levelOf } from './check.js'
import { BASELINE } from './checks/delivery.js'
import { catalogue } from './checks/index.js'
import { atMost, failed, isAccepted, isDenied, notJudged, passed, seen } from './judging.js'
import type { Again, Verdict } from './report.js'

/** Checks side by side: with the messages of each, fewer in flight than any provider allows itself. */
const AT_ONCE = 4

/** A receiver that was brought down may be started again by whoever watches it: real ms until it is tried once more. */
const COME_BACK_MS = 1000

const NOBODY = new Set(['refused', 'unreachable', 'tls', 'blocked'])

export interface RunOptions {
  again(id: string, exchange: Exchange | undefined): Again
  onVerdict?: ((verdict: Verdict) => void) | undefined
  signal?: AbortSignal | undefined
}

/** What is told of a check that was not made. */
interface State {
  /** Why nothing more can be judged. */
  over: string | undefined
  /** Somebody is there, but does not accept good messages. */
  refused: boolean
}

/** Nobody is there: an outcome of the baseline that says nothing about the receiver. */
function reached(bench: Bench, finding: Finding): Finding {
  const exchanges = bench.exchanges()
  const [first] = exchanges
  if (first === undefined || !exchanges.every(({ outcome }) => NOBODY.has(outcome.kind))) return finding
  return notJudged(`The receiver cannot be reached: ${seen(first)}`)
}

/** A good message, now. After a check that meant no good it must still be accepted. */
async function stillAccepts(bench: Bench, state: State, id: string): Promise<Finding> {
  const send = async () => bench.send(await (await bench.letter()).seal(), `a valid message, after ${id}`)
  let exchange = await send()
  // A connection that was cut by the check may have been the one that this message went out on.
  if (exchange.outcome.kind === 'reset') exchange = await send()
  if (NOBODY.has(exchange.outcome.kind)) {
    await bench.pause(COME_BACK_MS)
    const then = await send()
    if (NOBODY.has(then.outcome.kind)) state.over = `The receiver has not answered since ${id}: ${seen(then)}`
    return failed(
      'a receiver that lives on and accepts the next good message',
      `afterwards ${seen(exchange)}`,
      exchange,
    )
  }
  if (isAccepted(exchange)) return passed()
  return failed('the next good message accepted', `afterwards a good message was ${seen(exchange)}`, exchange)
}

/** Makes the checks chosen and answers their verdicts, in the order given. */
export async function runChecks(bench: Bench, checks: readonly Check[], options: RunOptions): Promise<Verdict[]> {
  const verdicts = new Map<string, Verdict>()
  const state: State = { over: undefined, refused: false }

  /** Whoever refuses a good signature wants to know what it is made of, and what is wrong with the receiver's own. */
  const refusalOf = async (check: Check, exchange: Exchange | undefined) =>
    check.expects === 'accept' && exchange !== undefined && isDenied(exchange)
      ? ((await bench.explain(exchange)) ?? null)
      : null

  const told = async (check: Check, finding: Finding, durationMs: number): Promise<Verdict> => {
    const { sources = {} } = bench.situation.traits
    const [family = ''] = check.id.split('/')
    const source = sources[check.id] ?? sources[family]
    const wrong = finding.status === 'failed' ? finding : undefined
    return {
      id: check.id,
      title: check.title,
      level: levelOf(check, bench.situation),
      expects: check.expects,
      status: finding.status,
      documented: source === undefined ? check.why : [source, ...check.why],
      durationMs: Math.round(durationMs),
      expected: wrong?.expected ?? null,
      seen: wrong?.seen ?? null,
      exchange: wrong?.exchange ?? null,
      signature: await refusalOf(check, wrong?.exchange),
      again: wrong ? options.again(check.id, wrong.exchange) : null,
      note: finding.status === 'not judged' ? finding.why : finding.status === 'passed' ? (finding.note ?? null) : null,
    }
  }

  const findingOf = async (check: Check): Promise<Finding> => {
    if (state.over !== undefined && !(check.evenSo && state.refused)) return notJudged(state.over)
    if (options.signal?.aborted) return notJudged('It was called off.')
    const finding = await check.run(bench)
    if (check.expects === 'accept') return finding
    const after = await stillAccepts(bench, state, check.id)
    return finding.status === 'failed' || after.status === 'passed' ? finding : after
  }

  const settle = async (check: Check, finding: Finding, began: number) => {
    const verdict = await told(check, finding, bench.monotonic() - began)
    verdicts.set(check.id, verdict)
    options.onVerdict?.(verdict)
  }

  const make = async (check: Check) => {
    const began = bench.monotonic()
    await settle(check, await findingOf(check), began)
  }

  /** One among others: where it got no answer another may have been in its way, so it is made again by itself. */
  const makeBeside = async (check: Check): Promise<Check | undefined> => {
    const began = bench.monotonic()
    const finding = await findingOf(check)
    if (finding.status === 'failed' && finding.exchange?.outcome.kind !== 'answered') return check
    await settle(check, finding, began)
    return undefined
  }

  const baseline = catalogue.find(({ id }) => id === BASELINE)
  const began = bench.monotonic()
  if (baseline !== undefined) {
    const finding = reached(bench, await baseline.run(bench))
    if (checks.includes(baseline) || finding.status !== 'passed') await settle(baseline, finding, began)
    if (finding.status === 'not judged') state.over = finding.why
    else if (finding.status === 'failed') {
      state.over = `${BASELINE} failed: nothing else can be judged.`
      state.refused = true
    }
  }

  const rest = checks.filter(({ id }) => id !== BASELINE)
  const beside = rest.filter(({ alone, last, expects }) => !alone && !last && expects === 'accept')
  const doubtful = await atMost(AT_ONCE, beside, makeBeside)
  for (const check of doubtful) if (check !== undefined) await make(check)
  for (const check of rest) if (!beside.includes(check) && !check.alone && !check.last) await make(check)
  for (const check of rest) if (check.alone && !check.last) await make(check)
  for (const check of rest) if (check.last) await make(check)
  return [...(baseline && !checks.includes(baseline) ? [baseline] : []), ...checks].flatMap(
    ({ id }) => verdicts.get(id) ?? [],
  )
}
