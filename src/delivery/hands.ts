// Keeps a delivery in one pair of hands at a time: a pick-up, a resend and a cancellation never meet on the same one.

/** A hold on a delivery. */
interface Hand {
  /** Somebody else waits for this delivery: do not go on longer than needed. */
  readonly wanted: boolean
}

export interface Hands {
  /** Does the work once nobody else holds the delivery. `waited` says that somebody did, so that what was known of it is old. */
  hold<T>(deliveryId: string, work: (hand: Hand, waited: boolean) => Promise<T>): Promise<T>
  /** How many deliveries are held. */
  held(): number
}

interface Holding extends Hand {
  wanted: boolean
  work: Promise<unknown>
}

/** The hands of one engine. `freed` is told each time one lets go. */
export function createHands(freed: () => void): Hands {
  const holdings = new Map<string, Holding>()
  return {
    async hold(deliveryId, work) {
      let waited = false
      for (let other = holdings.get(deliveryId); other !== undefined; other = holdings.get(deliveryId)) {
        waited = true
        other.wanted = true
        await other.work.catch(() => {})
      }
      const mine: Holding = { wanted: false, work: Promise.resolve() }
      holdings.set(deliveryId, mine)
      try {
        const working = work(mine, waited)
        mine.work = working
        return await working
      } finally {
        holdings.delete(deliveryId)
        freed()
      }
    },
    held: () => holdings.size,
  }
}
