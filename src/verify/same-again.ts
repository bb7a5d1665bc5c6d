// The request that failed a check beside others, once more alone: other events may lack what the receiver failed at.
import { jsonOrText, valueAt } from '../core/json.js'
import { keyPaths } from '../core/mutate/payload.js'
import type { Check } from './check.js'
import { isBusy } from './checks/busy.js'
import { judged } from './checks/judge.js'
import { isAccepted, isUnauthorized } from './exchange.js'
import type { Finding } from './finding.js'
import type { Harness } from './verification-harness.js'

/** Why the answer says something of the content of a request. */
const isOfContent = (finding: Finding): boolean => {
  const exchange = finding.status === 'failed' ? finding.exchange : undefined
  if (exchange === undefined || exchange.outcome.kind !== 'answered') return false
  return !isAccepted(exchange) && !isBusy(exchange) && !isUnauthorized(exchange)
}

/** The finding of a check that was run again alone; where it passed, that of the same content as at first, as a new event. */
export async function sameAgain(harness: Harness, check: Check, first: Finding, again: Finding): Promise<Finding> {
  if (again.status !== 'passed' || first.status !== 'failed' || check.expects === 'reject' || !isOfContent(first))
    return again
  const { what = '', message, wire } = first.exchange ?? {}
  const { traits } = harness.situation
  const own = harness.forCheck({ id: 'same', expects: check.expects })
  const event = await own.event()
  let body = String(message?.body)
  const before = jsonOrText(body)
  for (const path of keyPaths({ ...traits, typePath: undefined, enumPaths: [] })) {
    const [old, its] = [valueAt(before, path), valueAt(event.value, path)]
    if (typeof old === 'string' && typeof its === 'string' && !traits.enumPaths?.includes(path))
      body = body.replaceAll(old, its)
  }
  const exchange = await own.send(await event.sign({ body }), `${what}, the same again as a new event`, wire)
  const finding = judged(check.expects, exchange)
  return finding.status === 'failed' && isOfContent(finding) ? finding : again
}
