// Faults of time and order: they postpone a delivery's attempt in the ledger, so that nothing is lost whatever happens.
import type { Delivery } from '../../core/delivery.js'
import { formatDuration } from '../../core/duration.js'
import type { FaultOf } from '../../core/fault.js'
import type { AttemptDraft } from '../../core/mutation.js'
import { stream } from '../../core/seed.js'

/** The deliveries of one subscription that a reorder holds back, or held back last. */
export interface Batch {
  /** From 1; part of the label of its random stream. */
  number: number
  /** Emulator ms. */
  openedAt: number
  /** Delivery ids in the order they came. */
  members: string[]
}

/** Why a delivery waits. */
export interface Postponement {
  /** Until when, emulator ms. */
  to: number
  reason: string
}

/** The reason of a due time names the faults that postponed it; unlike memory, the reason survives a restart. */
const POSTPONED = /; (delay|reorder) \((fl_\d+)\)/g

/** The faults that have postponed the coming attempt. */
export function postponedBy({
  delivery,
}: {
  delivery: Pick<Delivery, 'dueReason'>
}): { id: string; kind: 'delay' | 'reorder' }[] {
  const { dueReason } = delivery
  if (dueReason === null || !dueReason.includes('(fl_')) return []
  return [...dueReason.matchAll(POSTPONED)].flatMap(([, kind, id]) =>
    id !== undefined && (kind === 'delay' || kind === 'reorder') ? [{ id, kind }] : [],
  )
}

const reasonOf = ({ delivery }: AttemptDraft, words: string) => `${delivery.dueReason ?? 'first attempt'}; ${words}`

/** The postponement by a `delay`. */
export function delayed(id: string, { by }: FaultOf<'delay'>, draft: AttemptDraft, now: number): Postponement {
  return { to: now + by, reason: reasonOf(draft, `delay (${id}): ${formatDuration(by)} later`) }
}

/** The place in the release, from 0, of each member in the order they came. */
function releaseOrder(id: string, { mode, size }: FaultOf<'reorder'>, label: string, number: number, seed: number) {
  const places = Array.from({ length: size }, (_, i) => size - 1 - i)
  if (mode === 'reverse') return places
  const random = stream(seed, 'fault', id, 'shuffle', label, number)
  for (let i = size - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const [a = 0, b = 0] = [places[i], places[j]]
    places[i] = b
    places[j] = a
  }
  return places
}

/** A complete batch: when each of its members is due, emulator ms. */
export interface Release {
  subscription: string
  due: { delivery: string; at: number }[]
}

/**
 * Adds a delivery to the open batch of its subscription, or to a new one. It is due when `within` has passed, in its place of the new
 * order; the last member releases the whole batch at once.
 */
export function heldBack(
  id: string,
  fault: FaultOf<'reorder'>,
  { draft, now, seed, batches }: { draft: AttemptDraft; now: number; seed: number; batches: Record<string, Batch> },
): { postponement: Postponement; release: Release | undefined } {
  const { subscriptionId: subscription } = draft.delivery
  const { size, within, apart } = fault
  let batch = batches[subscription]
  if (batch === undefined || batch.members.length >= size || now >= batch.openedAt + within) {
    batch = { number: (batch?.number ?? 0) + 1, openedAt: now, members: [] }
    batches[subscription] = batch
  }
  const { members, openedAt, number } = batch
  const place = members.push(draft.delivery.id) - 1
  const order = releaseOrder(id, fault, subscription, number, seed)
  const slot = (i: number) => (order[i] ?? 0) * apart
  const words = `reorder (${id}): held back, ${place + 1} of ${size}`
  return {
    postponement: { to: openedAt + within + slot(place), reason: reasonOf(draft, words) },
    release:
      members.length < size
        ? undefined
        : { subscription, due: members.map((delivery, i) => ({ delivery, at: now + slot(i) })) },
  }
}
