// A lock for each delivery: a scheduled attempt, a resend and a cancellation never run on the same delivery at once.

/** A lock that is held. */
export interface Lock {
  /** Someone else waits for this delivery: release it as soon as possible. */
  readonly contended: boolean
}

/** The locks of all deliveries. */
export interface Locks {
  /** Runs the work while holding the delivery's lock. `waited` says that it was held before, so the delivery may have changed. */
  hold<T>(deliveryId: string, work: (lock: Lock, waited: boolean) => Promise<T>): Promise<T>
  /** How many deliveries are locked. */
  held(): number
}

interface HeldLock extends Lock {
  contended: boolean
  work: Promise<unknown>
}

/** The locks of one engine. `released` is called each time one is released. */
export function createLocks(released: () => void): Locks {
  const locks = new Map<string, HeldLock>()
  return {
    async hold(deliveryId, work) {
      let waited = false
      for (let other = locks.get(deliveryId); other !== undefined; other = locks.get(deliveryId)) {
        waited = true
        other.contended = true
        await other.work.catch(() => {})
      }
      const lock: HeldLock = { contended: false, work: Promise.resolve() }
      locks.set(deliveryId, lock)
      try {
        const working = work(lock, waited)
        lock.work = working
        return await working
      } finally {
        locks.delete(deliveryId)
        released()
      }
    },
    held: () => locks.size,
  }
}
