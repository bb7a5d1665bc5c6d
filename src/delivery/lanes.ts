// Lanes: each subscription claims its own due deliveries from the ledger, so that a slow receiver never slows another.
import type { Attempt, Delivery } from '../core/delivery.js'
import type { Prepared } from '../core/prepared.js'
import { createTurns } from './turns.js'

/** Deliveries claimed at once, as a multiple of what may be in flight: a claim for each would cost a write each. */
const CLAIM_FACTOR = 4

/** Of how many subscriptions it is remembered whether their receivers respond. */
const REMEMBERED = 10_000

/** How many of the newest attempts a throttle looks at. */
const RECENT_ATTEMPTS = 20

interface Lane {
  id: string
  /** Claimed and not started. */
  queue: Delivery[]
  /** With the receiver, or about to be. */
  inFlight: number
  /** Started and not recorded to the end. */
  unfinished: number
  /** The most that may be in flight; one until the first delivery is prepared. */
  concurrency: number
  claiming: boolean
  /** Its receiver gave the newest attempt a response, whatever that was; undefined before the first has ended. */
  responds: boolean | undefined
  /** The ledger may have more than was claimed. */
  mayHaveMore: boolean
  /** The throttle's present limit; undefined without a throttle. */
  throttle: number | undefined
  /** The accepted flags of the newest attempts, newest first. */
  recent: boolean[]
}

/** All lanes of an engine. */
export interface Lanes {
  /** A subscription has something due. */
  pull(subscriptionId: string): void
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
  carry(delivery: Delivery, lane: LaneCallbacks): Promise<void>
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
      lane = {
        id,
        queue: [],
        inFlight: 0,
        unfinished: 0,
        concurrency: 1,
        claiming: false,
        responds: responding.get(id),
        mayHaveMore: false,
        throttle: undefined,
        recent: [],
      }
      lanes.set(id, lane)
    }
    return lane
  }

  const isIdle = (lane: Lane) =>
    lane.unfinished === 0 && lane.queue.length === 0 && !lane.claiming && !turns.isWaiting(lane)

  const canStart = ({ queue, inFlight, concurrency }: Lane) => queue.length > 0 && inFlight < concurrency

  function canClaim({ mayHaveMore, claiming, queue, inFlight, concurrency, responds }: Lane): boolean {
    if (!mayHaveMore || claiming) return false
    return responds ? queue.length < concurrency : queue.length === 0 && inFlight < concurrency
  }

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
    if (needsNoTurn(lane)) return lane.concurrency * CLAIM_FACTOR
    return healthy.size > 0 ? 1 : lane.concurrency - lane.inFlight
  }

  function claimMore(lane: Lane): void {
    const limit = claimable(lane)
    lane.claiming = true
    lane.mayHaveMore = false
    claim(lane.id, limit).then(
      claimed => {
        lane.claiming = false
        if (stopped) {
          release(claimed.map(({ id }) => id))
          return ended(lane)
        }
        if (claimed.length === limit) lane.mayHaveMore = true
        lane.queue.push(...claimed)
        // A turn to claim is a turn to start.
        if (canStart(lane)) startOrClaim(lane)
        fill(lane)
        if (!lane.mayHaveMore) claimedAll()
        ended(lane)
      },
      () => {
        lane.claiming = false
        failed()
        ended(lane)
      },
    )
  }

  function start(lane: Lane, delivery: Delivery): void {
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
        throttle(lane, attempt.accepted, prepared)
      },
      released,
    }
    void carry(delivery, callbacks).then(() => {
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

  function adjust(lane: Lane, { plan, limit }: Prepared): void {
    if (limit === undefined) lane.throttle = undefined
    else lane.throttle ??= plan.concurrency
    const concurrency = Math.max(1, Math.min(plan.concurrency, lane.throttle ?? plan.concurrency))
    const raised = concurrency > lane.concurrency
    lane.concurrency = concurrency
    if (raised) queueMicrotask(() => fill(lane))
  }

  /** After each change the throttle looks at newer attempts only: the older ones have had their effect. */
  function throttle(lane: Lane, accepted: boolean, { plan, limit }: Prepared): void {
    if (limit === undefined || lane.throttle === undefined) return
    lane.recent.unshift(accepted)
    if (lane.recent.length > RECENT_ATTEMPTS) lane.recent.pop()
    const next = Math.max(1, Math.min(plan.concurrency, limit(lane.recent, lane.throttle)))
    if (next === lane.throttle) return
    lane.throttle = next
    lane.concurrency = next
    lane.recent = []
  }

  return {
    pull(subscriptionId) {
      if (stopped) return
      const lane = laneOf(subscriptionId)
      lane.mayHaveMore = true
      if (lane.responds) healthy.add(lane)
      fill(lane)
    },
    withdraw(deliveryId) {
      for (const lane of lanes.values()) {
        const at = lane.queue.findIndex(({ id }) => id === deliveryId)
        if (at >= 0) return lane.queue.splice(at, 1)[0]
      }
      return undefined
    },
    stop() {
      stopped = true
      const notStarted = [...lanes.values()].flatMap(lane => lane.queue.splice(0).map(({ id }) => id))
      for (const lane of lanes.values()) lane.mayHaveMore = false
      turns.clear()
      return notStarted
    },
    resume() {
      stopped = false
    },
    isIdle: () => [...lanes.values()].every(isIdle),
  }
}
