// The four onboarding form events, of persons and of companies.
import { z } from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import type { Facts } from '../facts.js'
import { isoInstant } from '../identifiers.js'
import { ONBOARDING_STATES } from '../subjects.js'
import { stepSubjects } from './changes.js'
import { company, companySchema } from './company.js'
import { envelope, enveloped, factsOf, owner, ownerOf, referenceUrl } from './envelope.js'
import { individual, individualSchema } from './individual.js'

type Status = (typeof ONBOARDING_STATES)[number]

interface Form {
  schema: z.ZodObject
  make(facts: Facts, status: Status): JsonObject
}

const PERSON: Form = { schema: individualSchema, make: individual }
const COMPANY: Form = { schema: companySchema, make: company }

function definition(type: string, form: Form, statuses: readonly [Status, ...Status[]]): EventDefinition {
  const status = ({ variant }: MakeContext): Status => statuses.find(s => s === variant) ?? statuses[0]
  return {
    schema: envelope(
      type,
      z.strictObject({
        onboarding_id: z.string(),
        onboarding: form.schema.extend({ status: z.enum(statuses) }),
        ...owner,
        status: z.enum(statuses),
        completed_at: z.iso.datetime(),
        metadata: z.looseObject({}),
        url: z.string(),
      }),
    ),
    make: (fake, context) => {
      const facts = factsOf(context)
      return enveloped(fake, context, {
        onboarding_id: facts.onboarding_id,
        onboarding: form.make(facts, status(context)),
        ...ownerOf(facts),
        status: status(context),
        completed_at: isoInstant(context.now),
        metadata: {},
        url: referenceUrl('onboardings', facts.onboarding_id),
      })
    },
    subjects: (payload, context) => {
      const facts = factsOf(context)
      return stepSubjects(payload, facts, {
        kind: 'onboarding',
        id: facts.onboarding_id,
        states: ONBOARDING_STATES,
        otherwise: status(context),
      })
    },
  }
}

/** Forms of persons and companies. */
export const onboardingEvents: Record<string, EventDefinition> = Object.fromEntries(
  (
    [
      ['ONBOARDING_FORM_INDIVIDUAL_COMPLETED', PERSON, ['PENDING_REVIEW']],
      ['ONBOARDING_FORM_INDIVIDUAL_REJECTED', PERSON, ['REJECTED']],
      ['ONBOARDING_FORM_COMPANY_COMPLETED', COMPANY, ['PENDING_REVIEW', 'APPROVED']],
      ['ONBOARDING_FORM_COMPANY_REJECTED', COMPANY, ['REJECTED']],
    ] as const
  ).map(([type, form, statuses]) => [type, definition(type, form, statuses)]),
)
