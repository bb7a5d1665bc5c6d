// Of a delivery with very many attempts the newest part, which a reader can still take in.
import type { DeliveryLife } from '../../api/delivery-life.js'

/** So many attempts are drawn and listed at once. */
const MOST_ATTEMPTS = 100

/** The newest part of a life, beginning with its first attempt that is shown, and how many before it are left out. */
export function newestPart(life: DeliveryLife): { part: DeliveryLife; leftOut: number } {
  const leftOut = life.attempts.length - MOST_ATTEMPTS
  const attempts = life.attempts.slice(Math.max(0, leftOut))
  const [first] = attempts
  if (leftOut <= 0 || first === undefined) return { part: life, leftOut: 0 }
  const waits = life.waits.filter(({ before }) => before > first.number)
  return { part: { ...life, createdAt: first.startedAt, attempts, waits }, leftOut }
}
