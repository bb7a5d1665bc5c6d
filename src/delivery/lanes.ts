// Lanes: each subscription claims its own due deliveries from the ledger, so that a slow receiver never slows another.
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Prepared } from '../core/prepared.js'
import {
  type Claimed,
  canClaim,
  canStart,
  createLane,
  followLimit,
  followPlan,
  hasNothing,
  hasRoom,
  type Lane,
  most,
} from './lane.js'
import { createTurns } from './turns.js'

/** Of how many subscriptions it is remembered whether their receivers respond. */
const REMEMBERED = 10_000

/** All lanes of an engine. */
export interface Lanes {
  /** The ledger has so many more deliveries due for a subscription, or nobody knows how many. */
  pull(subscriptionId: string, more: number): void
  /**
   * Whether there is room for one more delivery, due now, which then is either handed over or given back. There is none while others of
   * its subscription that are due may stay in the ledger.
   */
  reserve(subscriptionId: string): boolean
  giveBack(subscriptionId: string): void
  /** A delivery that was stored as claimed, for which there was room. */
  handOver(claimed: Claimed): void
  /** Takes a claimed delivery that was not started out of its lane; undefined when there is none. */
  withdraw(deliveryId: string): Delivery | undefined
  /** Starts nothing any more; returns the ids of the claimed deliveries that were not started. */
  stop(): string[]
  resume(): void
  /** Nothing is claimed, being claimed or in flight. */
  isIdle(): boolean
}

/** How the carrying of a delivery reports to its lane. */
export interface LaneCallbacks {
  /** How this subscription's deliveries are sent now; it may change between two attempts. */
  prepared(prepared: Prepared): void
  /** An attempt was judged. */
  judged(attempt: Attempt, prepared: Prepared): void
  /** The receiver has nothing more to do with this delivery: the next one may start. */
  released(): void
}

/** What lanes depend on. */
export interface LaneParts {
  claim(subscriptionId: string, limit: number): Promise<Delivery[]>
  /** Carries a claimed delivery; never rejects. */
  carry(claimed: Claimed, lane: LaneCallbacks): Promise<void>
  /** Returns deliveries that were claimed too late to the ledger. */
  release(deliveryIds: readonly string[]): void
  /** A lane has claimed everything that is due. */
  claimedAll(): void
  /** A lane has become idle. */
  idle(): void
  /** A lane could not claim and has given up for now. */
  failed(): void
}

/**
 * The lanes of one engine; a lane is created with its first delivery. A lane whose receiver does not respond (refused, reset, timed out)
 * must not slow the others, and each of its attempts costs as much as a delivery. So while lanes whose receivers respond have something
 * in hand, it takes turns: it claims no more than it could send, and starts one delivery a turn. So does a lane of which nothing is known
 * yet, after its first start. The first response makes it a lane like any other.
 */
export function createLanes({ claim, carry, release, claimedAll, idle, failed }: LaneParts): Lanes {
  const lanes = new Map<string, Lane>()
  /** Lanes whose receivers respond, with something in hand. */
  const healthy = new Set<Lane>()
  const responding = new Map<string, boolean>()
  const turns = createTurns<Lane>(() => healthy.size > 0, serve)
  let stopped = false

  function laneOf(id: string): Lane {
    let lane = lanes.get(id)
    if (lane === undefined) {
      lane = createLane(id, responding.get(id))
      lanes.set(id, lane)
    }
    return lane
  }

  const isIdle = (lane: Lane) => hasNothing(lane) && !turns.isWaiting(lane)

  const needsNoTurn = ({ responds, unfinished }: Lane) => responds ?? unfinished === 0

  function fill(lane: Lane): void {
    if (stopped) return
    while (canStart(lane) || canClaim(lane)) {
      if (!needsNoTurn(lane) && !turns.take()) {
        turns.wait(lane)
        return
      }
      startOrClaim(lane)
    }
  }

  function startOrClaim(lane: Lane): void {
    const next = canStart(lane) ? lane.queue.shift() : undefined
    if (next === undefined) claimMore(lane)
    else start(lane, next)
  }

  /** Uses one turn. */
  function serve(lane: Lane): void {
    if (canStart(lane) || canClaim(lane)) startOrClaim(lane)
    fill(lane)
    ended(lane)
  }

  /** What waits for a turn waits in the ledger. */
  function claimable(lane: Lane): number {
    if (needsNoTurn(lane)) return most(lane)
    return healthy.size > 0 ? 1 : lane.concurrency - lane.inFlight
  }

  function claimMore(lane: Lane): void {
    const limit = claimable(lane)
    const beyond = Math.max(0, lane.unclaimed - limit)
    lane.claiming = true
    lane.claimsAll = beyond === 0
    lane.unclaimed = 0
    claim(lane.id, limit).then(
      claimed => {
        lane.claiming = false
        const late = lane.handedOver.splice(0)
        if (stopped) {
          release([...claimed, ...late.map(({ delivery }) => delivery)].map(({ id }) => id))
          return ended(lane)
        }
        if (claimed.length === limit) lane.unclaimed += beyond
        for (const delivery of claimed) lane.queue.push({ delivery, event: undefined })
        lane.queue.push(...late)
        // A turn to claim is a turn to start.
        if (canStart(lane)) startOrClaim(lane)
        fill(lane)
        if (lane.unclaimed === 0) claimedAll()
        ended(lane)
      },
      () => {
        lane.claiming = false
        // What could not be claimed was due earlier.
        release(lane.handedOver.splice(0).map(({ delivery }) => delivery.id))
        failed()
        ended(lane)
      },
    )
  }

  function start(lane: Lane, claimed: Claimed): void {
    lane.inFlight++
    lane.unfinished++
    if (lane.responds) turns.started()
    let isReleased = false
    const released = () => {
      if (isReleased) return
      isReleased = true
      lane.inFlight--
      fill(lane)
    }
    const callbacks: LaneCallbacks = {
      prepared: prepared => adjust(lane, prepared),
      judged: (attempt, prepared) => {
        responded(lane, attempt.outcome?.kind === 'answered')
        followLimit(lane, attempt.accepted, prepared)
      },
      released,
    }
    void carry(claimed, callbacks).then(() => {
      lane.unfinished--
      released()
      ended(lane)
    })
  }

  function ended(lane: Lane): void {
    if (!isIdle(lane)) return
    healthy.delete(lane)
    if (lane.throttle === undefined) lanes.delete(lane.id)
    idle()
  }

  function responded(lane: Lane, responds: boolean): void {
    if (lane.responds === responds) return
    lane.responds = responds
    if (responding.size >= REMEMBERED) responding.clear()
    responding.set(lane.id, responds)
    if (!responds) {
      healthy.delete(lane)
      return
    }
    healthy.add(lane)
    turns.leave(lane)
    fill(lane)
  }

  function adjust(lane: Lane, prepared: Prepared): void {
    if (followPlan(lane, prepared)) queueMicrotask(() => fill(lane))
  }

  return {
    pull(subscriptionId, more) {
      if (stopped) return
      const lane = laneOf(subscriptionId)
      lane.unclaimed += more
      if (lane.responds) healthy.add(lane)
      fill(lane)
    },
    reserve(subscriptionId) {
      if (stopped) return false
      const lane = laneOf(subscriptionId)
      if (lane.responds && hasRoom(lane)) {
        lane.reserved++
        return true
      }
      ended(lane)
      return false
    },
    giveBack(subscriptionId) {
      const lane = laneOf(subscriptionId)
      lane.reserved--
      ended(lane)
    },
    handOver(claimed) {
      const lane = laneOf(claimed.delivery.subscriptionId)
      lane.reserved--
      if (stopped) release([claimed.delivery.id])
      else if (lane.claiming) lane.handedOver.push(claimed)
      else lane.queue.push(claimed)
      if (lane.responds) healthy.add(lane)
      fill(lane)
      ended(lane)
    },
    withdraw(deliveryId) {
      for (const lane of lanes.values())
        for (const queue of [lane.queue, lane.handedOver]) {
          const at = queue.findIndex(({ delivery }) => delivery.id === deliveryId)
          if (at >= 0) return queue.splice(at, 1)[0]?.delivery
        }
      return undefined
    },
    stop() {
      stopped = true
      const notStarted = [...lanes.values()].flatMap(lane => lane.queue.splice(0).map(({ delivery }) => delivery.id))
      for (const lane of lanes.values()) lane.unclaimed = 0
      turns.clear()
      return notStarted
    },
    resume() {
      stopped = false
    },
    isIdle: () => [...lanes.values()].every(isIdle),
  }
}
