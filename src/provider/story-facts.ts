// The facts of a story: those that it begins with, and late ones, each made when something first reads it.
import type { Faker } from '@faker-js/faker'
import type { Json, JsonObject } from '../core/json.js'
import type { Settings } from './channel.js'
import { aside, reseed } from './fake.js'
import type { LateFacts, ProviderBehaviour } from './provider.js'

/** Where the facts of one story come from. */
export interface FactsSource {
  faker: Faker
  /** When the story began, ms. */
  now: number
  /** The seed of the story's stream, or of that of a late fact. */
  words(...lateFact: [] | [string]): readonly number[]
}

/** Key of the origin in an object of facts; no copy and no JSON text has it. */
const ORIGIN = Symbol('origin')

/** Where late facts come from: made from the source, or read from the facts of which these are a changed copy. */
interface Origin {
  source: FactsSource
  unchanged: JsonObject | undefined
}

type Sourced = JsonObject & { [ORIGIN]: Origin }

/** What facts of a provider need of it. */
type LateRules = Pick<ProviderBehaviour, 'lateFacts' | 'lateInStory'>

/** The getters of late facts: one object for all stories of a provider. */
const getters = new WeakMap<LateRules, object>()

function addGetter(prototype: object, name: string, make: LateFacts[string], label: [] | [string]): void {
  if (typeof make !== 'function') {
    Object.defineProperty(prototype, name, { value: make, writable: true })
    return
  }
  const keep = (facts: JsonObject, value: Json) =>
    Object.defineProperty(facts, name, { value, enumerable: true, writable: true, configurable: true })
  Object.defineProperty(prototype, name, {
    get(this: Sourced): Json {
      const { source, unchanged } = this[ORIGIN]
      const { faker, now, words } = source
      const value =
        unchanged === undefined
          ? aside(faker, words(...label), now, fake => make(fake, { now, facts: this }))
          : (unchanged[name] ?? null)
      keep(this, value)
      return value
    },
    set(this: Sourced, value: Json) {
      keep(this, value)
    },
  })
}

function gettersOf(rules: LateRules): object {
  const known = getters.get(rules)
  if (known !== undefined) return known
  const prototype = {}
  for (const [name, make] of Object.entries(rules.lateFacts ?? {})) addGetter(prototype, name, make, [name])
  for (const [name, make] of Object.entries(rules.lateInStory ?? {})) addGetter(prototype, name, make, [])
  getters.set(rules, prototype)
  return prototype
}

function withOrigin(prototype: object, facts: JsonObject, origin: Origin): JsonObject {
  // An object that is given a prototype has a hidden class of its own, for which V8 would look up anew all that is read of it.
  const sourced = Object.create(prototype) as JsonObject
  Object.defineProperty(sourced, ORIGIN, { value: origin })
  return Object.assign(sourced, facts)
}

/** A copy of facts in which a late fact that it lacks is made and kept when it is first read. */
export function withLateFacts(rules: LateRules, facts: JsonObject, source: FactsSource): JsonObject {
  if (rules.lateFacts === undefined && rules.lateInStory === undefined) return facts
  return withOrigin(gettersOf(rules), facts, { source, unchanged: undefined })
}

/** A copy of a story's facts with changes. A late fact that neither has is made in `facts`, since from then on it is the story's. */
export function changedFacts<F extends JsonObject>(facts: F, changes: Partial<F>): F {
  const origin = (facts as Partial<Sourced>)[ORIGIN]
  if (origin === undefined) return { ...facts, ...changes }
  const unchanged = origin.unchanged ?? facts
  const copy = withOrigin(Object.getPrototypeOf(facts) as object, facts, { source: origin.source, unchanged })
  return Object.assign(copy, changes) as F
}

/** The facts of a new story. */
export function newFacts(
  behaviour: Pick<ProviderBehaviour, 'facts'> & LateRules,
  source: FactsSource,
  given: { settings: Settings; given: JsonObject; id: string | undefined },
): JsonObject {
  const { faker, now, words } = source
  return withLateFacts(behaviour, behaviour.facts(reseed(faker, words(), now), { now, ...given }), source)
}
