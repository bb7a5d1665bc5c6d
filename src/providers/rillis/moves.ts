// State changes of Rillis's subjects, by hand or by timer: a flow ends, an operator decides, an analysis ends.
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json } from '../../core/json.js'
import type { Subject, Timer } from '../../core/subject.js'
import type { ProviderPort, TriggerInput } from '../../provider/port.js'
import type { ProviderSettings } from './settings.js'
import { IDENTITY_STATES, ONBOARDING_STATES } from './subjects.js'

/** Name of the timer that ends a submitted transaction's analysis. */
export const ANALYSIS = 'analysis'

/** The states a subject can be moved to by hand. */
export function moves({ kind, state }: Subject): readonly string[] {
  if (kind === 'flow_instance') return state === 'IN_PROGRESS' ? ['COMPLETED', 'REJECTED'] : []
  if (kind === 'identity') return IDENTITY_STATES.filter(s => s !== state)
  if (kind === 'onboarding') return ONBOARDING_STATES.filter(s => s !== state)
  if (state === 'PROGRESS') return ['COMPLETED', 'REJECTED', 'EVALUATION']
  return state === 'EVALUATION' ? ['COMPLETED', 'REJECTED'] : []
}

/** An event to trigger; `current` are overrides that make its payload equal what the API shows. */
type StateEvent = { type: string; input: TriggerInput; current?: Record<string, Json> }

/** The event of a status that an identity verification reaches; the types by onboarding form have only two. */
function identityEvent(to: string, byOnboarding: boolean): { type: string; variant?: string } | undefined {
  const family = byOnboarding ? 'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM' : 'VERIFICATION_IDENTITY'
  if (to === 'APPROVED') return { type: `${family}_COMPLETED` }
  // The only reason that does not have to show in the extracted data.
  if (to === 'REJECTED') return { type: `${family}_REJECTED`, variant: 'FORGERY_SUSPECTED' }
  return byOnboarding ? undefined : { type: `${family}_UPDATED`, variant: to }
}

/** The event of a status that a form reaches; none is documented for the approval of an individual's form. */
function onboardingEvent(to: string, company: boolean): { type: string; variant?: string } | undefined {
  if (to === 'REJECTED') return { type: `ONBOARDING_FORM_${company ? 'COMPANY' : 'INDIVIDUAL'}_REJECTED` }
  if (company) return { type: 'ONBOARDING_FORM_COMPANY_COMPLETED', variant: to }
  return to === 'PENDING_REVIEW' ? { type: 'ONBOARDING_FORM_INDIVIDUAL_COMPLETED' } : undefined
}

/** The event of a subject's new state, with the object that the API shows; undefined where there is none. */
async function stateEvent(subject: Subject, to: string, port: ProviderPort): Promise<StateEvent | undefined> {
  // Update Status sets any status, so that any may follow another.
  const common = { subject: subject.id, account: subject.account, anyState: true }
  if (subject.kind === 'flow_instance') return { type: `FLOW_${to}`, input: { ...common, channel: 'flow' } }
  if (subject.kind === 'transaction')
    return { type: 'TRANSACTION_STATE_CHANGED', input: { ...common, channel: 'transaction', variant: to } }
  const { data } = subject
  const inner: Json = { ...data, status: to }
  if (subject.kind === 'onboarding') {
    const event = onboardingEvent(to, isJsonObject(data.data) && Object.hasOwn(data.data, 'data_company'))
    if (event === undefined) return undefined
    return {
      type: event.type,
      input: { ...common, channel: 'flow', variant: event.variant },
      current: { 'data.onboarding': inner },
    }
  }
  const facts = await port.facts(subject.story)
  const event = identityEvent(to, facts.shareholder_identity_id === subject.id)
  if (event === undefined) return undefined
  const update: StateEvent = { type: event.type, input: { ...common, channel: 'flow', variant: event.variant } }
  // An update has corrected data, which the factory makes; the others keep the extracted data as it was.
  return to === 'UPDATED' ? update : { ...update, current: { 'data.identity': inner } }
}

/** Sets a subject's state without an event. */
export function setState(subject: Subject, to: string, port: ProviderPort): Promise<Subject> {
  return port.putSubject({ id: subject.id, kind: subject.kind, state: to, data: { status: to }, story: subject.story })
}

/** Triggers the event of the state that a subject has reached; false where no event is documented for it. */
export async function triggerStateEvent(subject: Subject, to: string, port: ProviderPort): Promise<boolean> {
  const event = await stateEvent(subject, to, port)
  if (event === undefined) return false
  const { type, input, current } = event
  try {
    await port.trigger(type, current === undefined ? input : { ...input, set: current })
  } catch (error) {
    // Keys removed from the object by hand can break its schema; the event is then made from the story's facts.
    if (!(error instanceof EmulatorError) || error.code !== 'invalid_input') throw error
    await port.trigger(type, input)
  }
  return true
}

/** Moves a subject to a state by hand and triggers the event of that state where there is one. */
export async function move(subject: Subject, to: string, port: ProviderPort): Promise<void> {
  if (subject.kind === 'transaction') await port.clearTimer(subject.id, ANALYSIS)
  if (!(await triggerStateEvent(subject, to, port))) await setState(subject, to, port)
}

/** Ends the analysis of a submitted transaction, unless it was decided by hand in the meantime. */
export async function onTimer(timer: Timer, port: ProviderPort): Promise<void> {
  const subject = port.subject(timer.subject)
  if (timer.name !== ANALYSIS || subject?.kind !== 'transaction' || subject.state !== 'PROGRESS') return
  await triggerStateEvent(subject, (port.settings() as ProviderSettings).analysisOutcome, port)
}
