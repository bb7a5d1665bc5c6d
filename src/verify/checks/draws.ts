// Events of one form that differ in their known values: what a receiver reads of one may depend on them.
import { valueAt } from '../../core/json.js'
import type { EventForm } from '../../provider/channel.js'
import type { TestHarness } from '../harness.js'
import type { TestEvent } from '../test-event.js'

/** So many events are drawn to find one that has other known values. */
const DRAWS = 8

/** An event of the form, and where the channel has one type only, another that differs in as many known values as may be. */
export async function drawsOf({ event, situation }: TestHarness, form: EventForm): Promise<TestEvent[]> {
  const first = await event(form)
  const { enumPaths = [] } = situation.traits
  if (situation.types.length > 1 || enumPaths.length === 0) return [first]
  const others = await Promise.all(Array.from({ length: DRAWS }, () => event(form)))
  const unlikeness = ({ value }: TestEvent) =>
    enumPaths.filter(path => valueAt(value, path) !== valueAt(first.value, path)).length
  return [first, others.reduce((best, one) => (unlikeness(one) > unlikeness(best) ? one : best))]
}
