// How Rillis's subjects go on by hand or by themselves: a flow ends, an operator decides, an analysis is done.
import { EmulatorError } from '../../core/errors.js'
import { isJsonObject, type Json } from '../../core/json.js'
import type { Subject, Timer } from '../../core/subject.js'
import type { ProviderPort, TriggerInput } from '../../provider/port.js'
import type { ProviderSettings } from './settings.js'
import { IDENTITY_STATES, ONBOARDING_STATES } from './subjects.js'

/** Name of the timer that ends a submitted transaction's analysis. */
export const ANALYSIS = 'analysis'

/** The states a subject can go to by hand. */
export function moves({ kind, state }: Subject): readonly string[] {
  if (kind === 'flow_instance') return state === 'IN_PROGRESS' ? ['COMPLETED', 'REJECTED'] : []
  if (kind === 'identity') return IDENTITY_STATES.filter(s => s !== state)
  if (kind === 'onboarding') return ONBOARDING_STATES.filter(s => s !== state)
  if (state === 'PROGRESS') return ['COMPLETED', 'REJECTED', 'EVALUATION']
  return state === 'EVALUATION' ? ['COMPLETED', 'REJECTED'] : []
}

/** An event to trigger; `kept` are overrides that make it repeat what the API shows. */
type Telling = { type: string; input: TriggerInput; kept?: Record<string, Json> }

/** The event of a status that an identity verification reaches; the types by onboarding form know only two. */
function identityTelling(to: string, byOnboarding: boolean): { type: string; variant?: string } | undefined {
  const family = byOnboarding ? 'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM' : 'VERIFICATION_IDENTITY'
  if (to === 'APPROVED') return { type: `${family}_COMPLETED` }
  // The one reason that an operator can have without the extracted data showing another.
  if (to === 'REJECTED') return { type: `${family}_REJECTED`, variant: 'FORGERY_SUSPECTED' }
  return byOnboarding ? undefined : { type: `${family}_UPDATED`, variant: to }
}

/** The event of a status that a form reaches; no event is documented for the approval of a person's form. */
function onboardingTelling(to: string, company: boolean): { type: string; variant?: string } | undefined {
  if (to === 'REJECTED') return { type: `ONBOARDING_FORM_${company ? 'COMPANY' : 'INDIVIDUAL'}_REJECTED` }
  if (company) return { type: 'ONBOARDING_FORM_COMPANY_COMPLETED', variant: to }
  return to === 'PENDING_REVIEW' ? { type: 'ONBOARDING_FORM_INDIVIDUAL_COMPLETED' } : undefined
}

/** What tells of a subject's new state, its inner object being the one the API shows; undefined where no event does. */
async function telling(subject: Subject, to: string, port: ProviderPort): Promise<Telling | undefined> {
  const common = { subject: subject.id, account: subject.account }
  if (subject.kind === 'flow_instance') return { type: `FLOW_${to}`, input: { ...common, channel: 'flow' } }
  if (subject.kind === 'transaction')
    return { type: 'TRANSACTION_STATE_CHANGED', input: { ...common, channel: 'transaction', variant: to } }
  const { data } = subject
  const inner: Json = { ...data, status: to }
  if (subject.kind === 'onboarding') {
    const told = onboardingTelling(to, isJsonObject(data.data) && Object.hasOwn(data.data, 'data_company'))
    if (told === undefined) return undefined
    const set = { 'data.onboarding_id': subject.id, 'data.onboarding._id': subject.id }
    return {
      type: told.type,
      input: { ...common, channel: 'flow', variant: told.variant, set },
      kept: { 'data.onboarding': inner },
    }
  }
  const facts = await port.facts(subject.story)
  const told = identityTelling(to, facts.shareholder_identity_id === subject.id)
  if (told === undefined) return undefined
  const set = { 'data.identity_id': subject.id, 'data.identity._id': subject.id }
  const telling: Telling = { type: told.type, input: { ...common, channel: 'flow', variant: told.variant, set } }
  // An update shows the data put right, which the factory makes; the others leave what was read as it was.
  return to === 'UPDATED' ? telling : { ...telling, kept: { 'data.identity': inner } }
}

/** Puts a subject into a state without an event. */
export function put(subject: Subject, to: string, port: ProviderPort): Promise<Subject> {
  return port.putSubject({ id: subject.id, kind: subject.kind, state: to, data: { status: to }, story: subject.story })
}

/** Sends the event of the state that a subject has reached; false where no event is documented for it. */
export async function announce(subject: Subject, to: string, port: ProviderPort): Promise<boolean> {
  const told = await telling(subject, to, port)
  if (told === undefined) return false
  const { type, input, kept = {} } = told
  try {
    await port.trigger(type, { ...input, set: { ...input.set, ...kept } })
  } catch (error) {
    // What was taken out of the object by hand no longer fits its schema; the event is then told from the story's facts.
    if (!(error instanceof EmulatorError) || error.code !== 'invalid_input') throw error
    await port.trigger(type, input)
  }
  return true
}

/** Moves a subject on by hand, with the event that tells of it where there is one. */
export async function move(subject: Subject, to: string, port: ProviderPort): Promise<void> {
  if (subject.kind === 'transaction') await port.clearTimer(subject.id, ANALYSIS)
  if (!(await announce(subject, to, port))) await put(subject, to, port)
}

/** The analysis of a submitted transaction is done; one that was decided by hand meanwhile stays as it is. */
export async function ring(timer: Timer, port: ProviderPort): Promise<void> {
  const subject = port.subject(timer.subject)
  if (timer.name !== ANALYSIS || subject?.kind !== 'transaction' || subject.state !== 'PROGRESS') return
  await announce(subject, (port.settings() as ProviderSettings).analysisOutcome, port)
}
