// Lanes: each subscription claims its own due deliveries from the ledger, so that a slow receiver never slows another.
import type { Delivery } from '../core/delivery.js'
import type { Prepared } from '../core/prepared.js'

/** Deliveries claimed at once, as a multiple of what may be in flight: a claim for each would cost a write each. */
const CLAIM_FACTOR = 4

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
  judged(accepted: boolean, prepared: Prepared): void
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

/** The lanes of one engine; a lane is created with its first delivery. */
export function createLanes({ claim, carry, release, claimedAll, idle, failed }: LaneParts): Lanes {
  const lanes = new Map<string, Lane>()
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
        mayHaveMore: false,
        throttle: undefined,
        recent: [],
      }
      lanes.set(id, lane)
    }
    return lane
  }

  const isIdle = (lane: Lane) => lane.unfinished === 0 && lane.queue.length === 0 && !lane.claiming

  function fill(lane: Lane): void {
    if (stopped) return
    while (lane.inFlight < lane.concurrency) {
      const next = lane.queue.shift()
      if (next === undefined) break
      start(lane, next)
    }
    if (lane.mayHaveMore && !lane.claiming && lane.queue.length < lane.concurrency) claimMore(lane)
  }

  function claimMore(lane: Lane): void {
    const limit = lane.concurrency * CLAIM_FACTOR
    lane.claiming = true
    lane.mayHaveMore = false
    claim(lane.id, limit).then(
      claimed => {
        lane.claiming = false
        if (stopped) return release(claimed.map(({ id }) => id))
        if (claimed.length === limit) lane.mayHaveMore = true
        lane.queue.push(...claimed)
        fill(lane)
        if (!lane.mayHaveMore) claimedAll()
        ended(lane)
      },
      () => {
        lane.claiming = false
        failed()
      },
    )
  }

  function start(lane: Lane, delivery: Delivery): void {
    lane.inFlight++
    lane.unfinished++
    let isReleased = false
    const released = () => {
      if (isReleased) return
      isReleased = true
      lane.inFlight--
      fill(lane)
    }
    const callbacks: LaneCallbacks = {
      prepared: prepared => adjust(lane, prepared),
      judged: (accepted, prepared) => throttle(lane, accepted, prepared),
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
    if (lane.throttle === undefined) lanes.delete(lane.id)
    idle()
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
      return notStarted
    },
    resume() {
      stopped = false
    },
    isIdle: () => [...lanes.values()].every(isIdle),
  }
}
