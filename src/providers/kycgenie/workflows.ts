// Onboardings that were sent over the API: what the entity does by itself, and when the links expire.
import { durationMs } from '../../core/duration.js'
import type { Subject, Timer } from '../../core/subject.js'
import type { ProviderPort } from '../../provider/port.js'
import { LINK_MS } from './events/onboarding.js'
import { SESSION_MS } from './events/verification.js'
import { asProviderSettings } from './settings.js'

/** Names of the timers of onboarding and verification sessions. */
export const STEP = 'next step'
export const EXPIRY = 'expiry'

/** An expiry is noticed a second after its time. */
const NOTICED_MS = 1000

const OPEN = ['sent', 'in_progress']
const UNFINISHED = ['pending', 'accessed']

const isAbout = ({ id, account }: Subject) => ({ subject: id, account })

/** The next step of an entity after `submissionDelay`; none when it is "never". */
async function planStep(port: ProviderPort, session: string): Promise<void> {
  const { submissionDelay } = asProviderSettings(port.settings())
  const delay = submissionDelay === 'never' ? undefined : durationMs(submissionDelay)
  if (delay !== undefined) await port.setTimer(session, STEP, port.now() + delay)
}

/** What happens to an onboarding after its link was sent: the entity goes on, or the link expires. */
export async function planOnboarding(port: ProviderPort, onboarding: Subject): Promise<void> {
  const { verification_session_id: verification } = onboarding.data
  await port.setTimer(onboarding.id, EXPIRY, port.now() + LINK_MS + NOTICED_MS)
  if (typeof verification === 'string') await port.setTimer(verification, EXPIRY, port.now() + SESSION_MS + NOTICED_MS)
  await planStep(port, onboarding.id)
}

/** Expires a session, unless it has ended; a link that was regenerated in the meantime expires later. */
export async function expire(port: ProviderPort, session: Subject, timer: Timer): Promise<void> {
  const isOnboarding = session.kind === 'onboarding'
  if (!(isOnboarding ? OPEN : UNFINISHED).includes(session.state)) return
  const at = typeof session.data.expires_at === 'string' ? Date.parse(session.data.expires_at) : timer.at
  if (at > port.now()) {
    await port.setTimer(session.id, EXPIRY, at + NOTICED_MS)
    return
  }
  await port.trigger(isOnboarding ? 'onboarding.expired' : 'verification.session_expired', isAbout(session))
}

/** The subject that an onboarding names under a key. */
function part(port: ProviderPort, onboarding: Subject, key: string): Subject | undefined {
  const id = onboarding.data[key]
  return typeof id === 'string' ? port.subject(id) : undefined
}

/**
 * The entity's next step: it submits its response and opens the verification; then it finishes that. A step that was interrupted half-way
 * is taken again and only does what is left.
 */
export async function takeStep(port: ProviderPort, onboarding: Subject): Promise<void> {
  if (!OPEN.includes(onboarding.state)) return
  const about = isAbout(onboarding)
  const response = part(port, onboarding, 'response_id')
  const verification = part(port, onboarding, 'verification_session_id')
  if (response?.state === 'DRAFT' || response?.state === 'CHANGES_REQUESTED')
    await port.trigger('response.submitted', isAbout(response))
  if (response && onboarding.state === 'sent') await port.trigger('onboarding.ddq_completed', about)
  if (verification?.state === 'pending') {
    await port.trigger('verification.session_accessed', isAbout(verification))
    await planStep(port, onboarding.id)
    return
  }
  if (verification?.state === 'accessed') {
    await port.trigger('verification.check_completed', isAbout(verification))
    await port.trigger('verification.session_completed', isAbout(verification))
  }
  if (verification) {
    // One that expired or failed leaves the onboarding open until its link expires.
    if (port.subject(verification.id)?.state !== 'completed') return
    await port.trigger('onboarding.verification_completed', about)
  }
  await port.trigger('onboarding.completed', about)
  await port.clearTimer(onboarding.id, EXPIRY)
  if (verification) await port.clearTimer(verification.id)
}
