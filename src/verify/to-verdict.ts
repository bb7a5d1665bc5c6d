// The verdict on a check: what was found, with the exchange that shows it, its sources and how to repeat it.
import { type Check, levelOf, requirementOf } from './check.js'
import { type Exchange, isRejected, isUnauthorized, seen } from './exchange.js'
import type { Finding } from './finding.js'
import type { Verdict } from './report.js'
import type { FailedCheck, Reproduction } from './reproduce.js'
import type { Harness } from './verification-harness.js'

export interface VerdictOptions {
  /** How to repeat a failed check. */
  reproduce(check: FailedCheck): Reproduction
  /** Verdicts keep every exchange. */
  evidence: boolean
}

/** The exchange that shows best what a check that passed has tried: requests that must be accepted may follow the others. */
function showing({ expects }: Check, exchanges: readonly Exchange[]): Exchange | undefined {
  if (expects === 'accept') return exchanges.at(-1)
  return expects === 'reject' ? exchanges.findLast(isRejected) : exchanges[0]
}

/** Makes the function that makes verdicts of findings; `durationMs` is how long the check took, real ms. */
export function createToVerdict(
  harness: Harness,
  { reproduce, evidence }: VerdictOptions,
): (check: Check, finding: Finding, durationMs: number) => Promise<Verdict> {
  const { situation } = harness

  /** Shows how the signature is made where the receiver refused a valid one. */
  const refusalOf = async (check: Check, exchange: Exchange | undefined) =>
    check.expects === 'accept' && exchange !== undefined && isUnauthorized(exchange)
      ? ((await harness.explain(exchange)) ?? null)
      : null

  /** The check that sent the exchange. */
  const makerOf = (exchange: Exchange | undefined) => {
    const id = exchange === undefined ? '' : harness.checkOf(exchange)
    return id.includes('/') ? id : undefined
  }

  return async (check, finding, durationMs) => {
    const { sources = {}, assumed = {} } = situation.traits
    const [family = ''] = check.id.split('/')
    const source = sources[check.id] ?? sources[family]
    const failure = finding.status === 'failed' ? finding : undefined
    const exchanges = harness.exchangesOf(check.id)
    const shown = finding.status === 'passed' ? showing(check, exchanges) : failure?.exchange
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
      seen: failure?.seen ?? (shown ? seen(shown) : null),
      exchange: shown ?? null,
      requests: exchanges.length,
      ...(evidence && { exchanges }),
      signature: await refusalOf(check, failure?.exchange),
      again: failure
        ? reproduce({
            id: check.id,
            expects: check.expects,
            exchange: failure.exchange,
            exchanges,
            madeBy: exchanges.some(one => one === failure.exchange) ? undefined : makerOf(failure.exchange),
          })
        : null,
      cause: finding.status === 'not judged' ? (finding.cause ?? null) : null,
      because: finding.status === 'not judged' ? (finding.because ?? null) : null,
      note: finding.status === 'not judged' ? finding.why : finding.status === 'passed' ? (finding.note ?? null) : null,
    }
  }
}
