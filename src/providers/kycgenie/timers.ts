// What KYC Genie's subjects do by themselves at a time.
import type { Timer } from '../../core/subject.js'
import type { ProviderPort } from '../../provider/port.js'
import { endScreening, SCREENED } from './screenings.js'
import { EXPIRY, expire, STEP, takeStep } from './workflows.js'

/** Name of the timer that ends a non-document check. */
export const CHECKED = 'checked'

/** Handles a timer that has come due. */
export async function onTimer(timer: Timer, port: ProviderPort): Promise<void> {
  const subject = port.subject(timer.subject)
  if (!subject) return
  if (timer.name === SCREENED) await endScreening(port, subject)
  if (timer.name === CHECKED && (subject.state === 'pending' || subject.state === 'in_progress'))
    await port.trigger('non_document.completed', { subject: subject.id, account: subject.account })
  if (timer.name === STEP) await takeStep(port, subject)
  if (timer.name === EXPIRY) await expire(port, subject, timer)
}
