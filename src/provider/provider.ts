// The contract of a provider: one folder holds everything it can differ in.
import type { Faker } from '@faker-js/faker'
import type { ZodType } from 'zod'
import type { Json, JsonObject } from '../core/json.js'
import type { Subject, Timer } from '../core/subject.js'
import type { Assumption } from './assumptions.js'
import type { Channel, Settings } from './channel.js'
import type { FakeLocale } from './fake.js'
import type { ProviderPort } from './port.js'
import type { RouteSet } from './routes.js'

/**
 * A kind of subject: what events are about.
 *
 * @example
 * { title: 'A parcel', states: ['created', 'shipped', 'delivered'] }
 */
export interface SubjectKind {
  title: string
  /** Every state, the first one being that of a new subject. */
  states: readonly string[]
}

/**
 * How each late fact is made, by name: from a stream of its own, at the instant (ms) the story began, and from the story's other facts. Or its
 * value, where that is the same in every story until an event changes it.
 * @example { recipient: fake => fake.person.fullName(), delivered_at: null }
 */
export type LateFacts = Readonly<
  Record<string, Json | ((fake: Faker, context: { now: number; facts: JsonObject }) => Json)>
>

/**
 * The loaded part of a provider: its settings, the facts of its stories, its own API.
 *
 * @example
 * const behaviour: ProviderBehaviour = {
 *   settings: z.strictObject({}),
 *   locale: 'en',
 *   root: 'parcel',
 *   rootId: 'parcel_id',
 *   facts: (fake, { id }) => ({ parcel_id: id ?? fake.string.alphanumeric(12), recipient: fake.person.fullName() }),
 *   isRootId: text => /^[A-Za-z0-9]{12}$/.test(text),
 * }
 */
export interface ProviderBehaviour {
  /** Provider-wide settings besides those of the channels, with a default for each; closed keys. */
  settings: ZodType<Settings>
  /** Locale of the generated data. */
  locale: FakeLocale
  /** The kind of subject whose data are a story's facts. */
  root: string
  /** Facts of a new story. `given` wins over generated values; `id` is the root subject's id where the user named one in the provider's form. */
  facts(
    fake: Faker,
    context: { now: number; settings: Settings; given: JsonObject; id: string | undefined },
  ): JsonObject
  /** Facts that few events show: they are made, and stored with the story, when something first reads them. Default: none. */
  lateFacts?: LateFacts
  /** Key of the facts that is the root subject's id. */
  rootId: string
  /** True where a text has the form of the root subject's id, so that a user may name a new subject by it. */
  isRootId(text: string): boolean
  /** A subject's state in words, where its `state` alone does not tell it. Default: the state. */
  stateText?(subject: Pick<Subject, 'kind' | 'state' | 'data'>): string
  /** The provider's own API. Default: none. */
  routes?: RouteSet
  /** What a user may move a subject to now (a QR code read, a decision made); none: it cannot be moved. */
  moves?(subject: Subject): readonly string[]
  /** Moves a subject; may trigger events. `to` is one of `moves(subject)`. */
  move?(subject: Subject, to: string, port: ProviderPort): Promise<void>
  /** Called when a timer of a subject fires; the timer is removed afterwards. */
  onTimer?(timer: Timer, port: ProviderPort): Promise<void>
}

/**
 * A company that is emulated. Listing one costs nothing: `load` brings schemas, factories and routes.
 * @example
 * const acme: Provider = {
 *   name: 'acme',
 *   title: 'Acme Parcels',
 *   about: 'A parcel service with two events.',
 *   assumptions: [],
 *   channels: [webhooks],
 *   subjects: { parcel: { title: 'A parcel', states: ['shipped', 'delivered'] } },
 *   load: async () => behaviour,
 * }
 */
export interface Provider {
  /** Lower-case letters, digits and dashes: it is part of URLs and command lines. */
  name: string
  /** The company's name. */
  title: string
  /** One sentence for lists. */
  about: string
  /** What its documents leave open, and what is done about it. */
  assumptions: readonly Assumption[]
  /** URL of each page of the provider's documentation, by the title under which assumptions and comments cite it. */
  sources?: Readonly<Record<string, string>>
  /** Accounts are API keys, and masked wherever credentials are. */
  accountIsCredential?: boolean
  /** Its webhook systems; of two that have a type the first is the default. */
  channels: readonly Channel[]
  /** The kinds of subject by name. */
  subjects: Readonly<Record<string, SubjectKind>>
  /** Loads the rest on first use. */
  load(): Promise<ProviderBehaviour>
}

/**
 * A provider, as it is given; for type inference. `checkProvider` says what is wrong with one.
 *
 * @example
 * export default defineProvider({
 *   name: 'acme',
 *   title: 'Acme Parcels',
 *   about: 'A parcel service with two events.',
 *   assumptions: [],
 *   channels: [webhooks],
 *   subjects: { parcel: { title: 'A parcel', states: ['shipped', 'delivered'] } },
 *   load: async () => behaviour,
 * })
 */
export function defineProvider(provider: Provider): Provider {
  return provider
}
