// One lane: what a subscription has claimed and in flight, and how much that may be.
import type { Delivery } from '../core/delivery.js'
import type { EventToSend } from '../core/event.js'
import type { Prepared } from '../core/prepared.js'

/** Deliveries claimed at once, as a multiple of what may be in flight: a claim for each would cost a write each. */
const CLAIM_FACTOR = 4

/** How many of the newest attempts a throttle looks at. */
const RECENT_ATTEMPTS = 20

/** A claimed delivery; with its event where that was stored a moment ago. */
export interface Claimed {
  delivery: Delivery
  event: EventToSend | undefined
}

/** The state of a lane. */
export interface Lane {
  id: string
  /** Claimed and not started. */
  queue: Claimed[]
  /** Handed over while the lane claims: what that claim takes was due earlier. */
  handedOver: Claimed[]
  /** Deliveries being stored for which there is room. */
  reserved: number
  /** With the receiver, or about to be. */
  inFlight: number
  /** Started and not recorded to the end. */
  unfinished: number
  /** The most that may be in flight; one until the first delivery is prepared. */
  concurrency: number
  claiming: boolean
  /** The claim under way takes everything that was due when it began. */
  claimsAll: boolean
  /** Its receiver gave the newest attempt a response, whatever that was; undefined before the first has ended. */
  responds: boolean | undefined
  /** How many due deliveries the ledger may have that no claim takes. */
  unclaimed: number
  /** The throttle's present limit; undefined without a throttle. */
  throttle: number | undefined
  /** The accepted flags of the newest attempts, newest first. */
  recent: boolean[]
}

/** A lane with nothing in hand. `responds` is what is known of its receiver. */
export function createLane(id: string, responds: boolean | undefined): Lane {
  return {
    id,
    queue: [],
    handedOver: [],
    reserved: 0,
    inFlight: 0,
    unfinished: 0,
    concurrency: 1,
    claiming: false,
    claimsAll: false,
    responds,
    unclaimed: 0,
    throttle: undefined,
    recent: [],
  }
}

/** True for a lane with nothing in hand. */
export const hasNothing = ({ unfinished, reserved, queue, claiming }: Lane) =>
  unfinished === 0 && reserved === 0 && queue.length === 0 && !claiming

/** Whether a claimed delivery may start. */
export const canStart = ({ queue, inFlight, concurrency }: Lane) => queue.length > 0 && inFlight < concurrency

/** Whether more is to be claimed. */
export function canClaim({ unclaimed, claiming, queue, inFlight, concurrency, responds }: Lane): boolean {
  if (unclaimed === 0 || claiming) return false
  return responds ? queue.length < concurrency : queue.length === 0 && inFlight < concurrency
}

/** The most that a lane has in hand and not started. */
export const most = ({ concurrency }: Lane) => concurrency * CLAIM_FACTOR

/** Whether one more delivery, due now, can be taken past the ledger: not while others that are due may stay there. */
export function hasRoom(lane: Lane): boolean {
  const { queue, handedOver, reserved, unclaimed, claiming, claimsAll } = lane
  if (unclaimed > 0 || (claiming && !claimsAll)) return false
  return queue.length + handedOver.length + reserved < most(lane)
}

/** Follows the plan of a delivery that is about to be sent; true when more may be in flight than before. */
export function followPlan(lane: Lane, { plan, limit }: Prepared): boolean {
  if (limit === undefined) lane.throttle = undefined
  else lane.throttle ??= plan.concurrency
  const concurrency = Math.max(1, Math.min(plan.concurrency, lane.throttle ?? plan.concurrency))
  const raised = concurrency > lane.concurrency
  lane.concurrency = concurrency
  return raised
}

/** Follows the channel's throttle. After each change it looks at newer attempts only: the older ones have had their effect. */
export function followLimit(lane: Lane, accepted: boolean, { plan, limit }: Prepared): void {
  if (limit === undefined || lane.throttle === undefined) return
  lane.recent.unshift(accepted)
  if (lane.recent.length > RECENT_ATTEMPTS) lane.recent.pop()
  const next = Math.max(1, Math.min(plan.concurrency, limit(lane.recent, lane.throttle)))
  if (next === lane.throttle) return
  lane.throttle = next
  lane.concurrency = next
  lane.recent = []
}
