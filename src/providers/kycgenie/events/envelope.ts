// What all KYC Genie events have in common: the envelope (assumed), the timestamp, and the facts that an event sets.
import type { Faker } from '@faker-js/faker'
import type { ZodType } from 'zod'
import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../../../core/json.js'
import type { SubjectChange } from '../../../core/subject.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import type { Facts } from '../facts.js'
import { eventTime, uuid } from '../ids.js'
import { asProviderSettings, type ProviderSettings } from '../settings.js'
import { type Kind, subjects } from '../subjects.js'

/** Schema of a timestamp; any offset is accepted. */
export const instant = z.iso.datetime({ offset: true })

/** Schema of a user of the platform. Source: Non-document verification, object (created_by). */
export const profile = z.looseObject({ id: z.uuid(), name: z.string(), email: z.string() })

/** What the `data` of one event is made from. */
export interface DataContext {
  fake: Faker
  facts: Facts
  /** The event's timestamp, as it is sent. */
  at: string
  variant: string | undefined
  settings: ProviderSettings
}

/** How one event type's `data` is made, and what the event changes in its story. */
export interface EventSpec<Data extends ZodType = ZodType> {
  data: Data
  make(context: DataContext): JsonObject
  /** The subject it is about: its kind, and the key of `data` and the fact that hold its id. */
  about: { kind: Kind; idKey: string; idFact: keyof Facts }
  /** The subject's state when `data.status` is none of its states. */
  state: string
  /** Facts for later events of the story. */
  newFacts?(data: JsonObject, facts: Facts): Partial<Facts>
  /** Other subjects that the event creates or changes. */
  otherSubjects?(data: JsonObject, facts: Facts): SubjectChange[]
}

/** The text at a key, or `otherwise`. */
export function textAt<T>(data: JsonObject, key: string, otherwise: T): string | T {
  const value = data[key]
  return typeof value === 'string' ? value : otherwise
}

function envelopeSchema<const Type extends string, Data extends ZodType>(type: Type, data: Data) {
  return z.looseObject({
    id: z
      .string()
      .regex(/^evt_[0-9a-f]{32}$/, 'must be evt_ and 32 hex characters')
      .describe('Same for every subscription and every attempt: deduplicate by it.'),
    event_type: z.literal(type),
    created_at: instant.describe('When the event happened.'),
    data,
  })
}

function factsOf(context: MakeContext): Facts {
  return context.facts as Facts
}

/** The state of a story's entity: its screening status. */
function entityState(facts: Facts, updated: Partial<Facts>): string {
  const status = updated.screening_status ?? facts.screening_status
  return subjects.entity.states.find(state => state === status) ?? 'not_screened'
}

/** An event definition: the envelope around the data of its spec. */
export function define<const Type extends string, Data extends ZodType>(type: Type, spec: EventSpec<Data>) {
  const { about } = spec
  const states: readonly string[] = subjects[about.kind].states
  return {
    schema: envelopeSchema(type, spec.data),
    make(fake, context) {
      const facts = factsOf(context)
      const at = eventTime(fake, context.now, context.facts)
      const id = `evt_${uuid(fake).replaceAll('-', '')}`
      const settings = asProviderSettings(context.settings)
      return {
        id,
        event_type: context.type,
        created_at: at,
        data: spec.make({ fake, facts, at, variant: context.variant, settings }),
      }
    },
    subjects(payload, context) {
      const facts = factsOf(context)
      const data = isJsonObject(payload.data) ? payload.data : {}
      const id = textAt(data, about.idKey, String(facts[about.idFact]))
      const updated: Partial<Facts> = {
        entity_name: textAt(data, 'entity_name', facts.entity_name),
        [about.idFact]: id,
        last_at: textAt(payload, 'created_at', facts.last_at),
        ...spec.newFacts?.(data, facts),
      }
      const entity: SubjectChange = {
        id: facts.entity_id,
        kind: 'entity',
        state: entityState(facts, updated),
        data: updated,
      }
      if (about.kind === 'entity') return [entity]
      const state = states.includes(String(data.status)) ? String(data.status) : spec.state
      return [{ id, kind: about.kind, state, data }, ...(spec.otherSubjects?.(data, facts) ?? []), entity]
    },
  } satisfies EventDefinition
}
