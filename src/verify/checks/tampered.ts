// Bodies changed after signing: a value, a byte that a lenient decoder drops, and another body under known headers.
import { withIgnoredByte } from '../../core/mutate/payload.js'
import { isAccepted } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import { tamperedBody, withBody } from '../test-event.js'
import { sendUntilAnswered } from './busy.js'
import { judgeRefused } from './effects.js'
import { judged } from './judge.js'

const NOT_UTF8 = 'a request with a byte that is not UTF-8 put in after signing'

/** Sends requests whose body is not the one that was signed, which are to be refused. */
export async function refusesTampered(harness: TestHarness): Promise<Finding> {
  const event = await harness.event()
  const valid = await event.sign()
  const changed = await judgeRefused(harness, event, [
    {
      what: 'a request with one value changed after signing',
      request: withBody(valid, tamperedBody(event, harness.situation.traits)),
    },
    {
      what: NOT_UTF8,
      request: withBody(valid, withIgnoredByte(event.body)),
    },
  ])
  // Refused all the same, as any malformed body is.
  if (changed.status === 'failed' && changed.exchange?.what === NOT_UTF8 && !isAccepted(changed.exchange))
    return { ...changed, follows: [...(changed.follows ?? []), 'payload/malformed'] }
  if (changed.status !== 'passed') return changed
  const [genuine, other] = [await harness.request(), await harness.event()]
  const exchange = await sendUntilAnswered(harness, genuine, 'a valid request, whose signature is known now')
  if (!isAccepted(exchange)) return judged('accept', exchange)
  return judgeRefused(harness, other, [
    {
      what: 'another body under the headers of a valid request that was accepted',
      request: withBody(genuine, other.body),
    },
  ])
}
