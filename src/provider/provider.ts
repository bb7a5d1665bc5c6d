// The contract of a provider: one folder holds everything it can differ in.
import type { Faker } from '@faker-js/faker'
import type { ZodType } from 'zod'
import type { JsonObject } from '../core/json.js'
import type { Subject, Timer } from '../core/subject.js'
import type { Assumption } from './assumptions.js'
import type { Channel, Settings } from './channel.js'
import type { FakeLocale } from './fake.js'
import type { ProviderPort } from './port.js'
import type { RouteSet } from './routes.js'

/** A kind of subject: what events are about. */
export interface SubjectKind {
  title: string
  /** Every state, the first one being that of a new subject. */
  states: readonly string[]
}

/** The loaded part of a provider. */
export interface ProviderBehaviour {
  /** Provider-wide settings besides those of the channels, with a default for each; closed keys. */
  settings: ZodType<Settings>
  /** Locale of the made-up data. */
  locale: FakeLocale
  /** The kind whose data are a story's facts. */
  root: string
  /** Facts of a new story. `given` wins over what is made up. `id` is the root subject's id when the user named one in the provider's form. */
  facts(
    fake: Faker,
    context: { now: number; settings: Settings; given: JsonObject; id: string | undefined },
  ): JsonObject
  /** Key of the facts that is the root subject's id. */
  rootId: string
  /** True where a text has the form of the root subject's id, so that a user may name a new subject by it. */
  isRootId(text: string): boolean
  routes?: RouteSet
  /** Moves a subject on by hand (a QR code read); may trigger events. `to` is one of `moves(subject)`. */
  moves?(subject: Subject): readonly string[]
  move?(subject: Subject, to: string, port: ProviderPort): Promise<void>
  /** A timer of a subject rang. It has been taken away already. */
  ring?(timer: Timer, port: ProviderPort): Promise<void>
}

/** A company we play. Listing one costs nothing: `load` brings schemas, factories and routes. */
export interface Provider {
  name: string
  title: string
  /** One sentence for lists. */
  about: string
  assumptions: readonly Assumption[]
  /** URL of each page of the provider's documentation, by the title under which assumptions and comments cite it. */
  sources?: Readonly<Record<string, string>>
  /** Accounts are API keys: shown shortened wherever credentials are masked. */
  accountIsCredential?: boolean
  /** The first is the default where a type exists in it. */
  channels: readonly Channel[]
  subjects: Readonly<Record<string, SubjectKind>>
  load(): Promise<ProviderBehaviour>
}

/** Identity, for inference and for a place to hang the contract's words. */
export function defineProvider(provider: Provider): Provider {
  return provider
}
