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
  words(...lateFact: [] | [string]): number[]
}

/** Key of the source in an object of facts; no copy and no JSON text has it. */
const SOURCE = Symbol('source')

type Sourced = JsonObject & { [SOURCE]: FactsSource }

/** The getters of late facts: one object for all stories of a provider. */
const getters = new WeakMap<LateFacts, object>()

function gettersOf(late: LateFacts): object {
  const known = getters.get(late)
  if (known !== undefined) return known
  const prototype = {}
  for (const [name, make] of Object.entries(late)) {
    if (typeof make !== 'function') {
      Object.defineProperty(prototype, name, { value: make, writable: true })
      continue
    }
    const keep = (facts: JsonObject, value: Json) =>
      Object.defineProperty(facts, name, { value, enumerable: true, writable: true, configurable: true })
    Object.defineProperty(prototype, name, {
      get(this: Sourced): Json {
        const { faker, now, words } = this[SOURCE]
        const value = aside(faker, words(name), now, fake => make(fake, { now, facts: this }))
        keep(this, value)
        return value
      },
      set(this: Sourced, value: Json) {
        keep(this, value)
      },
    })
  }
  getters.set(late, prototype)
  return prototype
}

/** A copy of facts in which a late fact that it lacks is made and kept when it is first read. */
export function withLateFacts(
  { lateFacts }: Pick<ProviderBehaviour, 'lateFacts'>,
  facts: JsonObject,
  source: FactsSource,
): JsonObject {
  if (lateFacts === undefined) return facts
  // An object that is given a prototype has a hidden class of its own, for which V8 would look up anew all that is read of it.
  const sourced = Object.create(gettersOf(lateFacts)) as JsonObject
  Object.defineProperty(sourced, SOURCE, { value: source })
  return Object.assign(sourced, facts)
}

/** The facts of a new story. */
export function newFacts(
  behaviour: Pick<ProviderBehaviour, 'facts' | 'lateFacts'>,
  source: FactsSource,
  given: { settings: Settings; given: JsonObject; id: string | undefined },
): JsonObject {
  const { faker, now, words } = source
  return withLateFacts(behaviour, behaviour.facts(reseed(faker, words(), now), { now, ...given }), source)
}
