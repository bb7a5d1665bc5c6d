// Makes deliveries that were held back due again, all at once, as soon as each of them is waiting in the ledger.
import type { Ledger } from '../core/ledger.js'
import type { Release } from './apply/order.js'

export interface Releases {
  /** Starts a release; `isHeld` says from the reason of its due time whether a delivery is still held back. */
  start(release: Release, isHeld: (reason: string | null) => boolean): void
  /** Resolves when every release started so far has ended; true when there was one. */
  settled(): Promise<boolean>
}

/** Turns of the event loop to wait for deliveries that are still `attempting`; after that they keep their own due time. */
const TURNS = 1000

/** The releases of one emulator. One that fails (the ledger is closed) loses nothing: each delivery has a due time. */
export function createReleases(
  ledger: Pick<Ledger, 'delivery' | 'write' | 'settled'>,
  poke: (subscriptionId: string) => void,
): Releases {
  const underWay = new Set<Promise<void>>()

  async function release({ subscription, due }: Release, isHeld: (reason: string | null) => boolean): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) {
      await ledger.settled()
      if (due.every(({ delivery }) => ledger.delivery(delivery)?.status !== 'attempting')) break
      await new Promise(resolve => void setImmediate(resolve))
    }
    await ledger.write(rows => {
      for (const { delivery, at } of due) {
        const row = rows.delivery(delivery)
        if (row?.status !== 'waiting' || !isHeld(row.dueReason)) continue
        rows.setDelivery(delivery, { status: 'waiting', dueAt: at, dueReason: row.dueReason, settledAt: null })
      }
    })
    poke(subscription)
  }

  return {
    start(asked, isHeld) {
      const done: Promise<void> = release(asked, isHeld)
        .catch(() => {})
        .finally(() => underWay.delete(done))
      underWay.add(done)
    },
    async settled() {
      if (underWay.size === 0) return false
      await Promise.all(underWay)
      return true
    },
  }
}
