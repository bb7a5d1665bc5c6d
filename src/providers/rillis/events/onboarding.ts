// The four onboarding form events, of individuals and companies.
// Source: Onboarding Individual, table of fields; Onboarding Organizations, table of fields.
import * as z from 'zod'
import { isoInstant } from '../../../core/instant-text.js'
import { type JsonObject, valueAt } from '../../../core/json.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import type { Facts } from '../facts.js'
import { ONBOARDING_STATES } from '../subjects.js'
import { agreeTwice, stepSubjects } from './changes.js'
import { company, companySchema } from './company.js'
import { envelope, factsOf, owner, ownerOf, referenceUrl, withEnvelope } from './envelope.js'
import { individual, individualSchema } from './individual.js'

type Status = (typeof ONBOARDING_STATES)[number]

type Statuses = readonly [Status, ...Status[]]

interface Form<Schema extends z.ZodType, Possible extends Statuses> {
  schema: Schema
  statuses: Possible
  /** Key of its block in the onboarding's `data`. */
  block: 'data_individual' | 'data_company'
  /** The id of the story's onboarding of this form: two forms of one user are two onboardings. */
  id(facts: Facts): string
  make(facts: Facts, id: string, status: Status): JsonObject
}

const person = <const Possible extends Statuses>(...statuses: Possible) => ({
  schema: individualSchema.extend({ status: z.enum(statuses).meta({ assumption: 'individualOnboardingOrder' }) }),
  statuses,
  block: 'data_individual' as const,
  id: (facts: Facts) => facts.individual_onboarding_id,
  make: individual,
})

/** Source of pending or approved: Webhooks Overview, "Summary Table of Flow API Webhooks". */
const SPELLING = 'That an approved form is spelled APPROVED is assumed (companyApprovedStatus).'

const organization = <const Possible extends Statuses>(...statuses: Possible) => ({
  schema: companySchema.extend({ status: z.enum(statuses).describe(SPELLING) }),
  statuses,
  block: 'data_company' as const,
  id: (facts: Facts) => facts.company_onboarding_id,
  make: company,
})

function definition<const Type extends string, Schema extends z.ZodType, const Possible extends Statuses>(
  type: Type,
  { schema, statuses, block, id: ownId, make }: Form<Schema, Possible>,
) {
  const status = ({ variant }: MakeContext): Status => statuses.find(s => s === variant) ?? statuses[0]
  /** The onboarding that was named, if it is of this form. */
  const idOf = (context: MakeContext): string => {
    const { about } = context
    return about?.kind === 'onboarding' && valueAt(about.data, `data.${block}`) !== undefined
      ? about.id
      : ownId(factsOf(context))
  }
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
      const id = idOf(context)
      return withEnvelope(fake, context, {
        onboarding_id: id,
        onboarding: make(facts, id, status(context)),
        ...ownerOf(facts),
        status: status(context),
        completed_at: isoInstant(context.now),
        metadata: {},
        url: referenceUrl('onboardings', id),
      })
    },
    agree: (payload, given) => agreeTwice('onboarding', payload, given),
    subjects: (payload, context) => {
      return stepSubjects(payload, factsOf(context), {
        kind: 'onboarding',
        id: idOf(context),
        states: ONBOARDING_STATES,
        otherwise: status(context),
        // A form is completed once; then it is approved or rejected.
        after: state => (state === 'PENDING_REVIEW' ? [] : ['PENDING_REVIEW']),
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
