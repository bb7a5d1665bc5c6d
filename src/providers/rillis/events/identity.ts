// The five identity verification events: of the flow's user, and of a person named in an onboarding form.
// Source: Identity Verification, table of fields; Identity Verification by Onboarding, table of fields.
import * as z from 'zod'
import { isoDate, isoInstant } from '../../../core/instant-text.js'
import { isJsonObject, type Json, type JsonObject, valueAt, withValueAt } from '../../../core/json.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import type { Facts, Papers, Person } from '../facts.js'
import { ageAt } from '../ids.js'
import { ours } from '../marked.js'
import { IDENTITY_STATES } from '../subjects.js'
import { agreeTwice, stepSubjects } from './changes.js'
import { CHECKS, extracted, pictures } from './document.js'
import { envelope, factsOf, fileReference, owner, ownerOf, referenceUrl, withEnvelope } from './envelope.js'

type Status = (typeof IDENTITY_STATES)[number]

const identitySchema = z.looseObject(
  ours('identityShape', {
    _id: z.string(),
    flow: z.string(),
    user: z.string(),
    flow_instance: z.string(),
    status: z.enum(IDENTITY_STATES),
    data: z.looseObject({
      given_names: z.string(),
      family_names: z.string(),
      document_type: z.string(),
      document_number: z.string(),
      country: z.string(),
      birth_date: z.iso.date(),
      issue_date: z.iso.date(),
      expiry_date: z.iso.date(),
      age: z.int().min(0),
      is_expired: z.boolean(),
    }),
    file_references_data: z.array(fileReference),
  }),
)

/** Whose identity an event type is about. */
interface PersonOf {
  id(facts: Facts): string
  person(facts: Facts): Person
  papers(facts: Facts): Papers
}

const USER: PersonOf = {
  id: facts => facts.identity_id,
  person: facts => facts.person,
  papers: facts => facts.papers,
}
const SHAREHOLDER: PersonOf = {
  id: facts => facts.shareholder_identity_id,
  person: facts => facts.shareholder,
  papers: facts => facts.shareholder_papers,
}

/** The identity that was named, unless it is that of the story's other person. */
function idOf(whose: PersonOf, { about, facts }: MakeContext): string {
  const own = whose.id(facts as Facts)
  const fixed = [USER, SHAREHOLDER].map(one => one.id(facts as Facts))
  return about?.kind === 'identity' && !fixed.includes(about.id) ? about.id : own
}

/** What is corrected by hand if it was read wrongly. */
const CORRECTED = ['NAME_MISMATCH', 'UNDERAGE']

/** Failed checks that no longer show at a status; an approval comes with a valid document. */
const SETTLED: Readonly<Record<string, readonly string[]>> = {
  APPROVED: [...CORRECTED, 'DOCUMENT_EXPIRED'],
  UPDATED: CORRECTED,
  PENDING_REVIEW: CORRECTED,
}

/** The failed checks that show in a document at a status, with a new one last. */
function failedAt(facts: Facts, id: string, status: string, reason: string | undefined): string[] {
  const before = (facts.failed?.[id] ?? []).filter(check => check !== reason && !SETTLED[status]?.includes(check))
  return reason === undefined ? before : [...before, reason]
}

/** The story's failed checks after an event. */
function failedAfter(facts: Facts, { data }: JsonObject, otherwise: string): JsonObject {
  if (!isJsonObject(data)) return {}
  const id = typeof data.identity_id === 'string' ? data.identity_id : otherwise
  const code = valueAt(data, 'errors.0.code')
  const reason = typeof code === 'string' && Object.hasOwn(CHECKS, code) ? code : undefined
  const failed = failedAt(facts, id, String(data.status), reason)
  return failed.length === 0 && facts.failed === undefined ? {} : { failed: { ...facts.failed, [id]: failed } }
}

/** Age and expiry belong to the dates, also to those set by hand. */
function agreeDates(payload: JsonObject, given: ReadonlySet<string>): JsonObject {
  const read = 'data.identity.data'
  const completed = valueAt(payload, 'data.completed_at')
  const at = typeof completed === 'string' ? Date.parse(completed) : Number.NaN
  const dates = z.object({ birth_date: z.iso.date(), expiry_date: z.iso.date() }).safeParse(valueAt(payload, read))
  if (Number.isNaN(at) || !dates.success) return payload
  const { birth_date, expiry_date } = dates.data
  let agreed = payload
  const set = (key: string, from: string, value: Json) => {
    if (!given.has(`${read}.${from}`) || given.has(`${read}.${key}`)) return
    const changed = withValueAt(agreed, `${read}.${key}`, value)
    if (isJsonObject(changed)) agreed = changed
  }
  set('age', 'birth_date', Math.max(0, ageAt(birth_date, at)))
  set('is_expired', 'expiry_date', expiry_date < isoDate(at))
  return agreed
}

function definition<const Type extends string, const Statuses extends readonly [Status, ...Status[]]>(
  type: Type,
  whose: PersonOf,
  statuses: Statuses,
) {
  const rejected = statuses[0] === 'REJECTED'
  const status = ({ variant }: MakeContext): Status => statuses.find(s => s === variant) ?? statuses[0]
  return {
    schema: envelope(
      type,
      z.strictObject({
        identity_id: z.string(),
        identity: identitySchema,
        ...owner,
        status: z.enum(statuses).describe('Which status goes with which event type is assumed (identityStatus).'),
        errors: z.array(z.looseObject(ours('errorShape', { code: z.string(), message: z.string() }))),
        completed_at: z.iso.datetime(),
        metadata: z.looseObject({}),
        url: z.string(),
      }),
    ),
    make: (fake, context) => {
      const facts = factsOf(context)
      const id = idOf(whose, context)
      const reason = rejected ? (context.variant ?? 'DOCUMENT_EXPIRED') : undefined
      const failed = failedAt(facts, id, status(context), reason)
      const data = extracted(whose.person(facts), whose.papers(facts), failed, context.now)
      return withEnvelope(fake, context, {
        identity_id: id,
        identity: {
          _id: id,
          flow: facts.flow_id,
          user: facts.user_id,
          flow_instance: facts.flow_instance_id,
          status: status(context),
          data,
          file_references_data: pictures(id, data),
        },
        ...ownerOf(facts),
        status: status(context),
        errors: reason === undefined ? [] : [{ code: reason, message: CHECKS[reason] ?? 'The check failed.' }],
        completed_at: isoInstant(context.now),
        metadata: {},
        url: referenceUrl('identities', id),
      })
    },
    agree: (payload, given) => agreeDates(agreeTwice('identity', payload, given), given),
    subjects: (payload, context) => {
      const facts = factsOf(context)
      const id = idOf(whose, context)
      return stepSubjects(payload, facts, {
        kind: 'identity',
        id,
        states: IDENTITY_STATES,
        otherwise: status(context),
        // An update is made by hand, at any time.
        after: () => (type.endsWith('_UPDATED') ? undefined : ['PENDING_REVIEW', 'UPDATED']),
        facts: failedAfter(facts, payload, id),
      })
    },
  } satisfies EventDefinition
}

/** Identity verification events of the flow's user and of the people in its forms, by type. */
export const identityEvents = {
  VERIFICATION_IDENTITY_COMPLETED: definition('VERIFICATION_IDENTITY_COMPLETED', USER, ['APPROVED', 'PENDING_REVIEW']),
  VERIFICATION_IDENTITY_REJECTED: definition('VERIFICATION_IDENTITY_REJECTED', USER, ['REJECTED']),
  VERIFICATION_IDENTITY_UPDATED: definition('VERIFICATION_IDENTITY_UPDATED', USER, ['UPDATED', 'PENDING_REVIEW']),
  VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED: definition(
    'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_COMPLETED',
    SHAREHOLDER,
    ['APPROVED'],
  ),
  VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_REJECTED: definition(
    'VERIFICATION_IDENTITY_BY_ONBOARDING_FORM_REJECTED',
    SHAREHOLDER,
    ['REJECTED'],
  ),
}
