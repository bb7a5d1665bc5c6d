// Faults of time and order: a delivery waits on without an attempt, in the ledger, so that none is lost whatever happens.
import type { Delivery } from '../../core/delivery.js'
import { formatDuration } from '../../core/duration.js'
import type { FaultOf } from '../../core/fault.js'
import type { AttemptDraft } from '../../core/mutation.js'
import { stream } from '../../core/seed.js'

/** Deliveries of one subscription that a reorder holds or held last. */
export interface Batch {
  /** From 1; part of the label of its chance. */
  number: number
  /** Emulator ms. */
  openedAt: number
  /** Delivery ids in the order of their coming. */
  members: string[]
}

/** Until when a delivery waits, emulator ms, and why. */
export interface Hold {
  to: number
  reason: string
}

/** What has been put off by faults says so in the reason for its due time, which outlasts the process. */
const HELD = /; (delay|reorder) \((fl_\d+)\)/g

/** The faults that put the coming attempt off already. */
export function heldBy({
  delivery,
}: {
  delivery: Pick<Delivery, 'dueReason'>
}): { id: string; kind: 'delay' | 'reorder' }[] {
  const { dueReason } = delivery
  if (dueReason === null || !dueReason.includes('(fl_')) return []
  return [...dueReason.matchAll(HELD)].flatMap(([, kind, id]) =>
    id !== undefined && (kind === 'delay' || kind === 'reorder') ? [{ id, kind }] : [],
  )
}

const reasonOf = ({ delivery }: AttemptDraft, words: string) => `${delivery.dueReason ?? 'first attempt'}; ${words}`

/** Puts an attempt off. */
export function delayed(id: string, { by }: FaultOf<'delay'>, draft: AttemptDraft, now: number): Hold {
  return { to: now + by, reason: reasonOf(draft, `delay (${id}): ${formatDuration(by)} later`) }
}

/** The place in the release, from 0, of each member in the order of their coming. */
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

/** Once a batch is complete: when each of its members is due. */
export interface Release {
  subscription: string
  due: { delivery: string; at: number }[]
}

/**
 * Takes a delivery into the open batch of its subscription, or a new one. It is due when time is up, in its place in the new order;
 * with the last member all are released at once.
 */
export function held(
  id: string,
  fault: FaultOf<'reorder'>,
  { draft, now, seed, batches }: { draft: AttemptDraft; now: number; seed: number; batches: Record<string, Batch> },
): { hold: Hold; release: Release | undefined } {
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
    hold: { to: openedAt + within + slot(place), reason: reasonOf(draft, words) },
    release:
      members.length < size
        ? undefined
        : { subscription, due: members.map((delivery, i) => ({ delivery, at: now + slot(i) })) },
  }
}
