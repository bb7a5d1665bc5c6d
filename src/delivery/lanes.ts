// Lanes: each subscription takes its own due deliveries from the ledger, so that a slow receiver never slows another.
import type { Delivery } from '../core/delivery.js'
import type { Prepared } from '../core/prepared.js'

/** Taken from the ledger at once, in multiples of what may be in flight: a claim a delivery would cost a write each. */
const CLAIM_FACTOR = 4

/** Flags of the newest attempts that a throttle gets to see. */
const REMEMBERED = 20

interface Lane {
  id: string
  /** Claimed, not yet picked up. */
  queue: Delivery[]
  /** With the receiver, or about to be. */
  inFlight: number
  /** Picked up and not yet written down to the end. */
  open: number
  /** How many may be in flight; one until the first delivery has told. */
  room: number
  claiming: boolean
  /** There may be more in the ledger than was claimed. */
  more: boolean
  /** The throttle's present limit; undefined while there is none. */
  throttle: number | undefined
  recent: boolean[]
}

export interface Lanes {
  /** A subscription has something due. */
  pull(subscriptionId: string): void
  /** Lanes that will claim again by themselves, so that nobody need be woken for them. */
  selfDriven(): string[]
  /** Takes a claimed delivery that was not picked up yet out of its lane; undefined when there is none. */
  withdraw(deliveryId: string): Delivery | undefined
  /** Picks nothing up any more; answers the ids of what was claimed in vain. */
  stop(): string[]
  resume(): void
  /** Nothing claimed, claiming or in flight. */
  idle(): boolean
}

export interface LaneParts {
  claim(subscriptionId: string, limit: number): Promise<Delivery[]>
  /** Carries a delivery to the end of its pick-up; rejects never. */
  carry(delivery: Delivery, told: LaneVoice): Promise<void>
  /** Gives back what was claimed too late. */
  release(deliveryIds: readonly string[]): void
  /** A lane has taken everything that is due, or has come to rest. */
  changed(): void
  /** A lane could not claim and has given up for now. */
  failed(): void
}

/** How a pick-up tells its lane what it learns. */
interface LaneVoice {
  prepared(prepared: Prepared): void
  judged(accepted: boolean, prepared: Prepared): void
  /** Room for the next one. */
  free(): void
}

/** All lanes of an engine; one comes into being with its first delivery. */
export function createLanes({ claim, carry, release, changed, failed }: LaneParts): Lanes {
  const lanes = new Map<string, Lane>()
  let stopped = false

  function laneOf(id: string): Lane {
    let lane = lanes.get(id)
    if (lane === undefined) {
      lane = {
        id,
        queue: [],
        inFlight: 0,
        open: 0,
        room: 1,
        claiming: false,
        more: false,
        throttle: undefined,
        recent: [],
      }
      lanes.set(id, lane)
    }
    return lane
  }

  const isIdle = (lane: Lane) => lane.open === 0 && lane.queue.length === 0 && !lane.claiming

  function fill(lane: Lane): void {
    if (stopped) return
    while (lane.inFlight < lane.room) {
      const next = lane.queue.shift()
      if (next === undefined) break
      pickUp(lane, next)
    }
    if (lane.more && !lane.claiming && lane.queue.length < lane.room) take(lane)
  }

  function take(lane: Lane): void {
    const limit = lane.room * CLAIM_FACTOR
    lane.claiming = true
    lane.more = false
    claim(lane.id, limit).then(
      claimed => {
        lane.claiming = false
        if (stopped) return release(claimed.map(({ id }) => id))
        if (claimed.length === limit) lane.more = true
        lane.queue.push(...claimed)
        fill(lane)
        if (!lane.more) changed()
      },
      () => {
        lane.claiming = false
        failed()
      },
    )
  }

  function pickUp(lane: Lane, delivery: Delivery): void {
    lane.inFlight++
    lane.open++
    let free = false
    const told: LaneVoice = {
      prepared: prepared => learn(lane, prepared),
      judged: (accepted, prepared) => hear(lane, accepted, prepared),
      free: () => {
        if (free) return
        free = true
        lane.inFlight--
        fill(lane)
      },
    }
    void carry(delivery, told).then(() => {
      lane.open--
      told.free()
      if (!isIdle(lane)) return
      if (lane.throttle === undefined) lanes.delete(lane.id)
      changed()
    })
  }

  function learn(lane: Lane, { plan, limit }: Prepared): void {
    if (limit === undefined) lane.throttle = undefined
    else lane.throttle ??= plan.concurrency
    const room = Math.max(1, Math.min(plan.concurrency, lane.throttle ?? plan.concurrency))
    const wider = room > lane.room
    lane.room = room
    if (wider) queueMicrotask(() => fill(lane))
  }

  /** After each change the throttle looks at new attempts only: the old ones have had their effect. */
  function hear(lane: Lane, accepted: boolean, { plan, limit }: Prepared): void {
    if (limit === undefined || lane.throttle === undefined) return
    lane.recent.unshift(accepted)
    if (lane.recent.length > REMEMBERED) lane.recent.pop()
    const next = Math.max(1, Math.min(plan.concurrency, limit(lane.recent, lane.throttle)))
    if (next === lane.throttle) return
    lane.throttle = next
    lane.room = next
    lane.recent = []
  }

  return {
    pull(subscriptionId) {
      if (stopped) return
      const lane = laneOf(subscriptionId)
      lane.more = true
      fill(lane)
    },
    selfDriven: () => [...lanes.values()].filter(lane => lane.more || lane.claiming).map(lane => lane.id),
    withdraw(deliveryId) {
      for (const lane of lanes.values()) {
        const at = lane.queue.findIndex(({ id }) => id === deliveryId)
        if (at >= 0) return lane.queue.splice(at, 1)[0]
      }
      return undefined
    },
    stop() {
      stopped = true
      const left = [...lanes.values()].flatMap(lane => lane.queue.splice(0).map(({ id }) => id))
      for (const lane of lanes.values()) lane.more = false
      return left
    },
    resume() {
      stopped = false
    },
    idle: () => [...lanes.values()].every(isIdle),
  }
}
