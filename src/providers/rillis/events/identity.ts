// The five identity verification events: of the flow's user, and of a person named in an onboarding form.
// Source: Identity Verification, table of fields; Identity Verification by Onboarding, table of fields.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import type { Facts, Person } from '../facts.js'
import { ageAt, isoDate, isoInstant, yearsBefore } from '../ids.js'
import { IDENTITY_STATES } from '../subjects.js'
import { stepSubjects } from './changes.js'
import { envelope, factsOf, fileReference, owner, ownerOf, referenceUrl, withEnvelope } from './envelope.js'

type Status = (typeof IDENTITY_STATES)[number]

/** Messages by error code; both are ours. Source of the checks: Flow Step: Identity Verification, list of checks. */
const MESSAGES: Record<string, string> = {
  DOCUMENT_EXPIRED: 'The document has expired.',
  COUNTRY_MISMATCH: 'The country of the document is not accepted.',
  DOCUMENT_TYPE_MISMATCH: 'The document is not of the requested type.',
  NAME_MISMATCH: 'The names on the document do not match those of the user.',
  FORGERY_SUSPECTED: 'The document shows signs of forgery.',
  UNDERAGE: 'The person has not reached the minimum age.',
}

/** Data extracted from a person's document at an instant (ms); it contains the reason of a rejection. */
function extracted(person: Person, now: number, reason: string | undefined): JsonObject {
  const issued = yearsBefore(now, 10.5)
  const expired = reason === 'DOCUMENT_EXPIRED'
  const abroad = reason === 'COUNTRY_MISMATCH'
  const birth_date = reason === 'UNDERAGE' ? isoDate(yearsBefore(now, 16.5)) : person.birth_date
  const issue_date = expired
    ? isoDate(issued)
    : reason === 'UNDERAGE'
      ? isoDate(yearsBefore(now, 0.5))
      : person.issue_date
  const expiry_date = expired
    ? isoDate(yearsBefore(issued, -10))
    : reason === 'UNDERAGE'
      ? isoDate(yearsBefore(now, -4.5))
      : person.expiry_date
  const country = abroad ? 'ARG' : 'CHL'
  const kind = reason === 'DOCUMENT_TYPE_MISMATCH' ? 'PASS' : abroad ? 'DNI' : 'CI'
  const [father = '', mother = ''] = person.last_name.split(' ')
  return {
    given_names: `${person.first_name} ${person.middle_name}`,
    // Surnames in the wrong order and without accents.
    family_names: reason === 'NAME_MISMATCH' ? withoutAccents(`${mother} ${father}`) : person.last_name,
    document_type: `${abroad ? 'AR' : 'CL'}-${kind}`,
    document_number: abroad ? person.rut.slice(0, -2) : person.rut,
    country,
    birth_date,
    issue_date,
    expiry_date,
    age: ageAt(birth_date, now),
    is_expired: expiry_date < isoDate(now),
  }
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
}

function files(id: string): JsonObject[] {
  return ['document-front', 'document-back', 'selfie'].map(name => ({
    name: `${name}.jpg`,
    path: `identities/${id}/${name}.jpg`,
    type: 'image/jpeg',
  }))
}

const identitySchema = z.looseObject({
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
})

/** Whose identity an event type is about. */
interface PersonOf {
  id(facts: Facts): string
  person(facts: Facts): Person
}

const USER: PersonOf = { id: facts => facts.identity_id, person: facts => facts.person }
const SHAREHOLDER: PersonOf = { id: facts => facts.shareholder_identity_id, person: facts => facts.shareholder }

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
        status: z.enum(statuses),
        errors: z.array(z.looseObject({ code: z.string(), message: z.string() })),
        completed_at: z.iso.datetime(),
        metadata: z.looseObject({}),
        url: z.string(),
      }),
    ),
    make: (fake, context) => {
      const facts = factsOf(context)
      const id = whose.id(facts)
      const reason = rejected ? (context.variant ?? 'DOCUMENT_EXPIRED') : undefined
      return withEnvelope(fake, context, {
        identity_id: id,
        identity: {
          _id: id,
          flow: facts.flow_id,
          user: facts.user_id,
          flow_instance: facts.flow_instance_id,
          status: status(context),
          data: extracted(whose.person(facts), context.now, reason),
          file_references_data: files(id),
        },
        ...ownerOf(facts),
        status: status(context),
        errors: reason === undefined ? [] : [{ code: reason, message: MESSAGES[reason] ?? 'The check failed.' }],
        completed_at: isoInstant(context.now),
        metadata: {},
        url: referenceUrl('identities', id),
      })
    },
    subjects: (payload, context) => {
      const facts = factsOf(context)
      return stepSubjects(payload, facts, {
        kind: 'identity',
        id: whose.id(facts),
        states: IDENTITY_STATES,
        otherwise: status(context),
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
