// Moves of a process: its ten events and its end by hand, its expiry by timer.
import type { Subject, Timer } from '../../core/subject.js'
import type { ProviderPort } from '../../provider/port.js'
import { BY_CLIENT, byClientMoved, byClientMoves } from './by-client.js'
import { DEFAULT_LAST_EVENT, LAST_EVENT_NAMES } from './enums.js'
import { authenticationInfo, flowParts, verdictsOf } from './flows.js'
import { linkMoves, MAGIC_LINK, moveLink } from './magic-link.js'
import { historyOf, instant, lastEventIn, textOf, withEvent } from './subjects.js'

/** Name of the timer that expires a process. */
export const EXPIRY = 'expire'

/** Ends that send a webhook, with the event they trigger. */
const ENDS: Record<string, { type: string; variant: string }> = {
  approved: { type: 'process.finished.ok', variant: 'approved' },
  inconclusive: { type: 'process.finished.ok', variant: 'inconclusive' },
  refused: { type: 'process.finished.invalid_identity', variant: 'refused' },
  not_live: { type: 'process.finished.invalid_identity', variant: 'not_live' },
}

/** Ends without a webhook: it has no `result` for them. Source: Event types, "Payload schema"; DC Response scenarios, table of scenarios. */
const ERRORS: Record<string, string> = { error: 'PROCESS_STATE_FINISHED', failed: 'PROCESS_STATE_FAILED' }

/** Whether a flow has the step that an event is about. */
function hasStep(flow: string, event: string): boolean {
  const { capture, documents } = flowParts(flow)
  if (event.includes('_DOCUMENT_')) return documents
  return capture || event !== 'EVENT_TYPE_IDENTITY_VALIDATION_STEP_FINISHED'
}

/** What a process can be moved to by hand, by the steps and ends that its flow has; nothing once it has finished or failed. */
export function moves(subject: Subject): readonly string[] {
  if (subject.kind === BY_CLIENT) return byClientMoves(subject)
  if (subject.kind === MAGIC_LINK) return linkMoves(subject)
  if (subject.state !== 'PROCESS_STATE_CREATED') return []
  const flow = textOf(subject.data, 'flow')
  return [
    ...LAST_EVENT_NAMES.filter(name => hasStep(flow, name)),
    ...verdictsOf(flow),
    'expired',
    ...Object.keys(ERRORS),
  ]
}

/** Expires a process, with the last event of its history. */
async function expire(subject: Subject, port: ProviderPort): Promise<void> {
  const last = historyOf(subject.data).origin === 'api' ? lastEventIn(subject.data) : undefined
  const known = LAST_EVENT_NAMES.some(name => name === last)
  await port.trigger('process.finished.expired', {
    subject: subject.id,
    variant: known ? last : DEFAULT_LAST_EVENT,
    account: subject.account,
  })
}

/** Moves a process on. `to` is one of `moves(subject)`. */
export async function move(subject: Subject, to: string, port: ProviderPort): Promise<void> {
  const { id, kind } = subject
  if (kind === MAGIC_LINK) return moveLink(subject, to, port)
  if (kind === BY_CLIENT) {
    await port.putSubject({ id, kind, ...byClientMoved(subject, to) })
    return
  }
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
        authenticationInfo: authenticationInfo(textOf(subject.data, 'flow'), 'none', historyOf(subject.data)),
      },
    })
  else {
    const history = withEvent(subject.data, { type: to, at })
    await port.putSubject({ id: subject.id, kind: subject.kind, state: subject.state, data: { history } })
    return
  }
  // Last, so that a crash in between leaves a timer with nothing to do.
  await port.clearTimer(subject.id, EXPIRY)
}

/** Expires a process that has not ended when its timer fires. */
export async function onTimer(timer: Timer, port: ProviderPort): Promise<void> {
  const subject = port.subject(timer.subject)
  if (timer.name === EXPIRY && subject?.state === 'PROCESS_STATE_CREATED') await expire(subject, port)
}
