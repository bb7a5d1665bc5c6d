// Whether the receiver fails now and then, whatever comes: then no message is the cause, and what is sent again is accepted.
import type { Wire } from '../core/wire.js'
import type { Check } from './check.js'
import { isBusy } from './checks/busy.js'
import { passed } from './checks/judge.js'
import { type Exchange, isAccepted } from './exchange.js'
import type { Finding } from './finding.js'
import { sameAgain } from './same-again.js'
import { isDoubtful } from './suspects.js'
import type { Harness } from './verification-harness.js'

/** So many plain requests, one after the other, for so long at most, and between them, real ms: a limit of requests is not met. */
const PLAIN = 120
const MOST_MS = 3000
const APART_MS = 10

/** A receiver may still be busy with what failed: so often it is asked before, and so long after one another, real ms. */
const BEFORE = 16
const BEFORE_MS = 250

/** Of so many that are sent again alone one is accepted by a receiver that fails whatever comes. */
const TAKEN_ONCE_OF = 2

/** Plain valid requests that were sent alone, and the one of them that failed. */
export interface NowAndThen {
  sent: number
  exchange: Exchange
}

/** A check, and what it found. */
interface Found {
  check: Check
  finding: Finding
}

/** Whether the message that failed a check is accepted when it comes again alone, as a new event. */
async function isTakenAgain(harness: Harness, { check, finding }: Found): Promise<boolean> {
  for (let asked = 0; asked < TAKEN_ONCE_OF; asked++)
    if ((await sameAgain(harness, check, finding, passed())).status === 'passed') return true
  return false
}

/**
 * Where several checks failed for want of an answer, or one whose message is accepted when it comes again, sends plain valid requests alone.
 * Where one of them fails, and others before and after it are accepted: that one.
 */
export async function failsNowAndThen(harness: Harness, found: readonly Found[]): Promise<NowAndThen | undefined> {
  const failures = found.filter(
    ({ finding }) => finding.status === 'failed' && finding.exchange !== undefined && isDoubtful(finding.exchange),
  )
  const [one, ...more] = failures
  if (one === undefined) return undefined
  const isAnswered = one.finding.status === 'failed' && one.finding.exchange?.outcome.kind === 'answered'
  if (more.length === 0 && !(isAnswered && (await isTakenAgain(harness, one)))) return undefined
  const own = harness.forCheck({ id: 'plain', expects: 'accept' })
  // A request that crosses with the end of its kept connection says nothing: after one each has its own.
  let wire: Wire | undefined
  const send = async () => own.send(await own.request(), 'a valid request, alone', wire)
  const isTaken = async () => {
    for (let i = 0; i < BEFORE; i++) {
      if (isAccepted(await send())) return true
      await harness.pause(BEFORE_MS)
    }
    return false
  }
  if (!(await isTaken())) return undefined
  const began = harness.monotonic()
  for (let sent = 1; sent <= PLAIN && harness.monotonic() - began < MOST_MS; sent++) {
    const exchange = await send()
    const isCrossed = wire === undefined && exchange.outcome.kind !== 'answered'
    if (isCrossed) wire = {}
    else if (isDoubtful(exchange) && !isBusy(exchange)) return (await isTaken()) ? { sent, exchange } : undefined
    await harness.pause(APART_MS)
  }
  return undefined
}
