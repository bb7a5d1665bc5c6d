// What a living process goes through: the ten events by hand, its end by hand, and its expiry by itself.
import type { Subject, Timer } from '../../core/subject.js'
import type { ProviderPort } from '../../provider/port.js'
import { authenticationInfo } from './flows.js'
import { instant, lastLived, lifeOf, lived, textOf } from './subjects.js'
import { DEFAULT_LAST_EVENT, LAST_EVENT_NAMES } from './vocabulary.js'

/** Name of the timer that expires a process. */
export const EXPIRY = 'expire'

/** Ends that notify, with the event they trigger. */
const ENDS: Record<string, { type: string; variant: string }> = {
  approved: { type: 'process.finished.ok', variant: 'approved' },
  inconclusive: { type: 'process.finished.ok', variant: 'inconclusive' },
  refused: { type: 'process.finished.invalid_identity', variant: 'refused' },
  not_live: { type: 'process.finished.invalid_identity', variant: 'not_live' },
}

/** Ends that do not notify: there is no `result` for them in the webhook. */
const ERRORS: Record<string, string> = { error: 'PROCESS_STATE_FINISHED', failed: 'PROCESS_STATE_FAILED' }

/** Everything that can become of a process: nothing once it has finished or failed. */
export function moves(subject: Subject): readonly string[] {
  if (subject.state !== 'PROCESS_STATE_CREATED') return []
  return [...LAST_EVENT_NAMES, ...Object.keys(ENDS), 'expired', ...Object.keys(ERRORS)]
}

/** Lets a process expire with the last event it really had. */
async function expire(subject: Subject, port: ProviderPort): Promise<void> {
  const last = lifeOf(subject.data).origin === 'api' ? lastLived(subject.data) : undefined
  const known = LAST_EVENT_NAMES.some(name => name === last)
  await port.trigger('process.finished.expired', {
    subject: subject.id,
    variant: known ? last : DEFAULT_LAST_EVENT,
    account: subject.account,
  })
}

/** Takes a process one step on. `to` is one of `moves(subject)`. */
export async function move(subject: Subject, to: string, port: ProviderPort): Promise<void> {
  const at = instant(port.now(), subject.id)
  const end = ENDS[to]
  const failure = ERRORS[to]
  if (end) await port.trigger(end.type, { subject: subject.id, variant: end.variant, account: subject.account })
  else if (to === 'expired') await expire(subject, port)
  else if (failure !== undefined)
    await port.putSubject({
      id: subject.id,
      kind: subject.kind,
      state: failure,
      data: {
        state: failure,
        result: 'PROCESS_RESULT_ERROR',
        ...(failure === 'PROCESS_STATE_FINISHED' ? { finishedAt: at } : {}),
        token: '',
        authenticationInfo: authenticationInfo(textOf(subject.data, 'flow'), 'none', lifeOf(subject.data)),
      },
    })
  else {
    const life = lived(subject.data, { type: to, at })
    await port.putSubject({ id: subject.id, kind: subject.kind, state: subject.state, data: { life } })
    return
  }
  // Last, so that a crash in between leaves a timer that finds nothing to do.
  await port.clearTimer(subject.id, EXPIRY)
}

/** The expiry of a process that is still waiting for its user. */
export async function ring(timer: Timer, port: ProviderPort): Promise<void> {
  const subject = port.subject(timer.subject)
  if (timer.name === EXPIRY && subject?.state === 'PROCESS_STATE_CREATED') await expire(subject, port)
}
