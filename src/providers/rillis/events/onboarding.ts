// The four onboarding form events, of individuals and companies.
// Source: Onboarding Individual, table of fields; Onboarding Organizations, table of fields.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import type { Facts } from '../facts.js'
import { isoInstant } from '../ids.js'
import { ONBOARDING_STATES } from '../subjects.js'
import { stepSubjects } from './changes.js'
import { company, companySchema } from './company.js'
import { envelope, factsOf, owner, ownerOf, referenceUrl, withEnvelope } from './envelope.js'
import { individual, individualSchema } from './individual.js'

type Status = (typeof ONBOARDING_STATES)[number]

type Statuses = readonly [Status, ...Status[]]

interface Form<Schema extends z.ZodType, Possible extends Statuses> {
  schema: Schema
  statuses: Possible
  make(facts: Facts, status: Status): JsonObject
}

const person = <const Possible extends Statuses>(...statuses: Possible) => ({
  schema: individualSchema.extend({ status: z.enum(statuses) }),
  statuses,
  make: individual,
})

const organization = <const Possible extends Statuses>(...statuses: Possible) => ({
  schema: companySchema.extend({ status: z.enum(statuses) }),
  statuses,
  make: company,
})

function definition<const Type extends string, Schema extends z.ZodType, const Possible extends Statuses>(
  type: Type,
  { schema, statuses, make }: Form<Schema, Possible>,
) {
  const status = ({ variant }: MakeContext): Status => statuses.find(s => s === variant) ?? statuses[0]
  return {
    schema: envelope(
      type,
      z.strictObject({
        onboarding_id: z.string(),
        onboarding: schema,
        ...owner,
        status: z.enum(statuses),
        completed_at: z.iso.datetime(),
        metadata: z.looseObject({}),
        url: z.string(),
      }),
    ),
    make: (fake, context) => {
      const facts = factsOf(context)
      return withEnvelope(fake, context, {
        onboarding_id: facts.onboarding_id,
        onboarding: make(facts, status(context)),
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
  } satisfies EventDefinition
}

/** Onboarding form events of individuals and companies, by type. */
export const onboardingEvents = {
  ONBOARDING_FORM_INDIVIDUAL_COMPLETED: definition('ONBOARDING_FORM_INDIVIDUAL_COMPLETED', person('PENDING_REVIEW')),
  ONBOARDING_FORM_INDIVIDUAL_REJECTED: definition('ONBOARDING_FORM_INDIVIDUAL_REJECTED', person('REJECTED')),
  ONBOARDING_FORM_COMPANY_COMPLETED: definition(
    'ONBOARDING_FORM_COMPANY_COMPLETED',
    organization('PENDING_REVIEW', 'APPROVED'),
  ),
  ONBOARDING_FORM_COMPANY_REJECTED: definition('ONBOARDING_FORM_COMPANY_REJECTED', organization('REJECTED')),
}
