// What all KYC Genie events have in common: the envelope (assumed), the timestamp, and the facts that an event sets.
import type { Faker } from '@faker-js/faker'
import type { ZodType } from 'zod'
import * as z from 'zod'
import { isJsonObject, type JsonObject } from '../../../core/json.js'
import type { Subject, SubjectChange } from '../../../core/subject.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import { uuidText } from '../../../provider/fake.js'
import { asPerson, type Facts } from '../facts.js'
import { asTimestamp, earlier, eventTime, isTimestamp } from '../ids.js'
import { asProviderSettings, type ProviderSettings } from '../settings.js'
import { subjects } from '../subjects.js'
import { type Thing, thingOf } from '../things.js'

/** Schema of a timestamp; any offset is accepted. */
export const instant = z.iso.datetime({ offset: true })

/** Schema of a user of the platform. Source: Non-document verification, object (created_by). */
export const profile = z.looseObject({ id: z.uuid(), name: z.string(), email: z.string() })

/** Marks the fields of an object that a page documents: what events make of it is assumed, its keys are not. */
export function documentedFields<const Shape extends Record<string, ZodType>>(shape: Shape): Shape {
  const marked = Object.entries(shape).map(([key, field]) => [key, field.meta({ documented: true })])
  return Object.fromEntries(marked) as Shape
}

/** What the `data` of one event is made from. */
export interface DataContext {
  fake: Faker
  facts: Facts
  /** The event's timestamp, as it is sent. */
  at: string
  variant: string | undefined
  /** True when the trigger named the variant. */
  variantGiven: boolean
  settings: ProviderSettings
  /** The known subject that the trigger named. */
  named: Subject | undefined
  /** True for the beginning of a thing in a story that has one of its kind already. */
  isNext: boolean
}

/** How one event type's `data` is made, and what the event changes in its story. */
export interface EventSpec<Data extends ZodType = ZodType> {
  data: Data
  make(context: DataContext): JsonObject
  /** The thing it is about. */
  about: Thing
  /** The subject's state when `data.status` is none of its states. */
  state: string
  /** The states that the event can follow; none for the beginning of a new thing. Default: any. */
  after?: readonly string[]
  /** Keys that other events of the thing add and that are no longer true after this one: null in its stored state. */
  clears?: readonly string[]
  /** A thing begins with it: in a story that has one already it is about another, with an id of its own. */
  begins?: boolean
  /** It is about a person, so a story that begins with it is one of an individual. */
  ofPerson?: boolean
  /** Values that depend on others, after the user has set some; `isGiven` tells which keys of `data` those are. */
  agree?(data: JsonObject, isGiven: (key: string) => boolean): JsonObject
  /** Further facts for later events of the story, besides those of the thing. */
  newFacts?(data: JsonObject, facts: Facts): Partial<Facts>
  /** Other subjects that the event creates or changes; `facts` are those after the event. */
  otherSubjects?(data: JsonObject, facts: Facts): SubjectChange[]
}

/** The text at a key, or `otherwise`. */
export function textAt<T>(data: JsonObject, key: string, otherwise: T): string | T {
  const value = data[key]
  return typeof value === 'string' ? value : otherwise
}

/** A time that the story does not have yet: `ms` before the event, but neither before `floor` nor before the entity was there. */
export function ago({ at, facts }: DataContext, ms: number, floor?: string | null, from = at): string {
  return earlier(
    from,
    ms,
    [floor, facts.entity_created_at].reduce((a, b) => (a && b ? (a > b ? a : b) : (a ?? b))),
  )
}

function envelopeSchema<const Type extends string, Data extends ZodType>(type: Type, data: Data) {
  return z
    .looseObject({
      id: z
        .string()
        .regex(/^evt_[0-9a-f]{32}$/, 'must be evt_ and 32 hex characters')
        .describe('Same for every subscription and every attempt: deduplicate by it.')
        .meta({ assumption: 'eventIdFormat' }),
      event_type: z.literal(type).meta({ assumption: 'typeKey' }),
      created_at: instant.describe('When the event happened.').meta({ assumption: 'createdAtFormat' }),
      data: data.meta({ assumption: type === 'test' ? 'testBody' : 'dataShapes' }),
    })
    .meta({ assumption: 'envelope' })
}

/** The facts that an event is made from: the story's, with those of the subject that the trigger named. */
function factsFor<Data extends ZodType>({ facts: all, about: named }: MakeContext, spec: EventSpec<Data>): Facts {
  const facts = spec.ofPerson ? asPerson(all as Facts) : (all as Facts)
  const thing = named && thingOf(named.kind)
  return named && thing ? { ...facts, ...thing.read(named.data), [thing.idFact]: named.id } : facts
}

/** The facts for another thing of this kind. */
const another = (facts: Facts, thing: Thing, id: string): Facts => ({
  ...facts,
  ...thing.read({}),
  [thing.idFact]: id,
})

/** The state of a story's entity: its screening status. */
function entityState({ screening_status: status }: Facts): string {
  return subjects.entity.states.find(state => state === status) ?? 'not_screened'
}

/** The earliest timestamp of an event. */
function earliest(payload: JsonObject, data: JsonObject): string | null {
  const times = [payload.created_at, ...Object.values(data)].filter(isTimestamp)
  return times.reduce<string | null>((first, time) => (first === null || time < first ? time : first), null)
}

/** The story's screening, which shows what is known of the entity's risk; nothing where it has none or nothing has changed. */
function screeningOf(before: Facts, after: Facts): SubjectChange[] {
  const state = subjects.screening.states.find(one => one === after.screening_state)
  const { screening_status, risk_profiles_count } = after
  const same = before.screening_status === screening_status && before.risk_profiles_count === risk_profiles_count
  if (state === undefined || same) return []
  return [{ id: after.screening_id, kind: 'screening', state, data: { screening_status, risk_profiles_count } }]
}

/** An event definition: the envelope around the data of its spec. */
export function define<const Type extends string, Data extends ZodType>(type: Type, spec: EventSpec<Data>) {
  const { about, agree } = spec
  const states: readonly string[] = subjects[about.kind].states
  const cleared: JsonObject = Object.fromEntries((spec.clears ?? []).map(key => [key, null]))
  return {
    schema: envelopeSchema(type, spec.data),
    make(fake, context) {
      const known = factsFor(context, spec)
      const at = eventTime(fake, context.now, known)
      const id = `evt_${uuidText(fake).replaceAll('-', '')}`
      const isNext = spec.begins === true && known[about.begun] !== null && context.about?.kind !== about.kind
      const data = spec.make({
        fake,
        facts: isNext ? another(known, about, uuidText(fake)) : known,
        at,
        variant: context.variant,
        variantGiven: context.variantGiven === true,
        settings: asProviderSettings(context.settings),
        named: context.about,
        isNext,
      })
      return { id, event_type: context.type, created_at: at, data }
    },
    ...(agree && {
      agree: (payload: JsonObject, given: ReadonlySet<string>) =>
        isJsonObject(payload.data)
          ? { ...payload, data: agree(payload.data, key => given.has('data') || given.has(`data.${key}`)) }
          : payload,
    }),
    subjects(payload, context) {
      const story = factsFor(context, spec)
      const data = isJsonObject(payload.data) ? payload.data : {}
      const id = textAt(data, about.idKey, String(story[about.idFact]))
      const before = story[about.idFact] === id ? story : another(story, about, id)
      const updated: Partial<Facts> = {
        entity_name: textAt(data, 'entity_name', before.entity_name),
        entity_type: before.entity_type,
        questionnaire: before.questionnaire,
        [about.idFact]: id,
        last_at: asTimestamp(payload.created_at) ?? before.last_at,
        entity_created_at: before.entity_created_at ?? earliest(payload, data),
        ...about.read(data),
        ...spec.newFacts?.(data, before),
      }
      const after: Facts = { ...before, ...updated }
      const entity: SubjectChange = { id: before.entity_id, kind: 'entity', state: entityState(after), data: updated }
      if (about.kind === 'entity') return [entity]
      const state = states.includes(String(data.status)) ? String(data.status) : spec.state
      // A given payload may have no id where one should be.
      const own = data[about.idKey] === undefined || data[about.idKey] === id ? data : { ...data, [about.idKey]: id }
      return [
        { id, kind: about.kind, state, data: { ...cleared, ...own }, ...(spec.after && { after: spec.after }) },
        ...(spec.otherSubjects?.(data, after) ?? []),
        ...(about.kind === 'screening' ? [] : screeningOf(before, after)),
        entity,
      ]
    },
  } satisfies EventDefinition
}
