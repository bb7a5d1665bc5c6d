// Whether the receiver still acts on what it accepts: a worker that a message has ended answers as before, and does nothing any more.
import { formatDuration } from '../core/duration.js'
import { type Json, jsonOrText, valueAt } from '../core/json.js'
import { countOf } from '../observe/settling.js'
import { keyOf } from '../provider/idempotency-key.js'
import { type Exchange, isAccepted } from './exchange.js'
import { STRANGE } from './liveness.js'
import type { Stop } from './stop.js'
import { riskOf } from './suspects.js'
import type { Harness } from './verification-harness.js'

/** Of so many accepted messages without an effect any may be the first: checks ran side by side. */
const FIRST_LOST = 6

/** A receiver that takes all events of a type for one acts on one of them alone. */
const ENOUGH = 2

/** When a message was there as a whole: one that is sent slowly, at its end. */
const arrivedAt = ({ at, durationMs, message, wire }: Exchange): number =>
  at + (riskOf('accept', message, wire).takesMs > 0 ? durationMs : 0)

/**
 * Sends one plain event alone. Where it has no effect, although others of its type had one: the message since which nothing accepted has an
 * effect.
 */
export async function effectsEnd(harness: Harness): Promise<Stop | undefined> {
  const { settling, situation } = harness
  if (settling === undefined || (await settling.whyUnobservable()) !== undefined) return undefined
  const own = harness.forCheck({ id: 'plain', expects: 'accept' })
  const event = await own.event()
  const exchange = await own.send(await event.sign(), `a valid ${event.type}`)
  if (event.key === undefined || !isAccepted(exchange)) return undefined
  const control = event.key
  const observed = await settling.until(now => countOf(now, control) > 0)
  if ('why' in observed || countOf(observed, control) > 0) return undefined

  const { traits } = situation
  const typeOf = (value: Json) => (traits.typePath === undefined ? undefined : valueAt(value, traits.typePath))
  const byKey = new Map<string, { exchange: Exchange; value: Json; isActedOn: boolean }>()
  for (const one of harness.allExchanges()) {
    const value = jsonOrText(one.message.body.toString())
    const key = keyOf(traits, one.message.headers, value)
    if (!isAccepted(one) || key === undefined || key === control || byKey.has(key)) continue
    byKey.set(key, { exchange: one, value, isActedOn: countOf(observed, key) > 0 })
  }
  const accepted = [...byKey.values()]
  const alike = accepted.filter(one => one.isActedOn && typeOf(one.value) === typeOf(event.value))
  const last = accepted.findLast(({ isActedOn }) => isActedOn)?.exchange
  // Of those that were under way together, the first to be sent came first, whichever was answered first.
  const lost = accepted
    .filter(({ isActedOn, exchange: one }) => !isActedOn && one.at + one.durationMs >= (last ? arrivedAt(last) : 0))
    .sort((a, b) => arrivedAt(a.exchange) - arrivedAt(b.exchange))
    .slice(0, FIRST_LOST)
  const culprit = lost.find(one => STRANGE.test(harness.checkOf(one.exchange))) ?? lost[0]
  if (alike.length < ENOUGH || culprit === undefined) return undefined
  const { what, at } = culprit.exchange
  const check = harness.checkOf(culprit.exchange)
  const since = formatDuration(Math.max(0, at - (harness.allExchanges()[0]?.at ?? at)))
  const seen = `no accepted event has had an effect, and a valid one that was sent alone has none`
  return {
    check,
    what,
    why: `Since ${check} sent ${what}, ${since} after the start, ${seen}.`,
    exchange,
    lost: seen,
  }
}
