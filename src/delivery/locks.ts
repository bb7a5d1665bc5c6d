// A lock for each delivery: a scheduled attempt, a resend and a cancellation never run on the same delivery at once.

/** A lock that is held. */
export interface Lock {
  /** Someone else waits for this delivery: release it as soon as possible. */
  readonly contended: boolean
}

/** The locks of all deliveries. */
export interface Locks {
  /** Runs the work, which never throws at once, while holding the delivery's lock. `waited` says that it was held before, so the delivery may have changed. */
  hold<T>(deliveryId: string, work: (lock: Lock, waited: boolean) => Promise<T>): Promise<T>
  /** How many deliveries are locked. */
  held(): number
}

const NOTHING = Promise.resolve()

interface HeldLock extends Lock {
  contended: boolean
  work: Promise<unknown>
}

/** The locks of one engine. `released` is called each time one is released. */
export function createLocks(released: () => void): Locks {
  const locks = new Map<string, HeldLock>()

  function take<T>(deliveryId: string, waited: boolean, work: (lock: Lock, waited: boolean) => Promise<T>): Promise<T> {
    const lock: HeldLock = { contended: false, work: NOTHING }
    locks.set(deliveryId, lock)
    const working = work(lock, waited)
    lock.work = working
    const release = () => {
      locks.delete(deliveryId)
      released()
    }
    working.then(release, release)
    return working
  }

  async function takeAfter<T>(
    other: HeldLock,
    deliveryId: string,
    work: (lock: Lock, waited: boolean) => Promise<T>,
  ): Promise<T> {
    for (let held: HeldLock | undefined = other; held !== undefined; held = locks.get(deliveryId)) {
      held.contended = true
      await held.work.catch(() => {})
    }
    return take(deliveryId, true, work)
  }

  return {
    hold(deliveryId, work) {
      const other = locks.get(deliveryId)
      return other === undefined ? take(deliveryId, false, work) : takeAfter(other, deliveryId, work)
    },
    held: () => locks.size,
  }
}
