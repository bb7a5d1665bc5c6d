// The loaded parts of a document's provider: what its channel sends and signs, and the facts of its stories.
import * as z from 'zod'
import { type Json, type JsonObject, valueAt, withValueAt } from '../core/json.js'
import type { ChannelBehaviour, ChannelTraits, Settings } from '../provider/channel.js'
import type { ProviderBehaviour } from '../provider/provider.js'
import { createDefinitions } from '../providers/standard/events.js'
import { createFacts, type DocumentPaths, isSubjectId } from '../providers/standard/facts.js'
import type { Declarations } from './declarations.js'
import { asSettings, type Described, overlapMs, retryPlan, settingsOf } from './deliveries.js'
import { objectOf } from './document.js'
import type { Extensions } from './extensions.js'
import { signed, signingOf } from './signature.js'

/** Everything that a provider is made from. */
export interface Parts {
  name: string
  title: string
  method: string
  extensions: Extensions
  declarations: Declarations
  described: Described
}

/** The settings by which the generic provider makes these payloads. */
const declared = ({ declarations: { types } }: Parts): Settings => ({
  eventTypes: types,
  envelope: 'none',
  timestampDigits: 6,
})

const pathsOf = ({ extensions, declarations }: Parts): DocumentPaths => ({
  eventId: declarations.eventId,
  subjectId: extensions.events.subjectId,
})

/** A payload that names its own type, where a schema allows several. */
function withType(payload: JsonObject, typePath: string | undefined, type: string): JsonObject {
  if (typePath === undefined || typeof valueAt(payload, typePath) !== 'string') return payload
  return objectOf(withValueAt(payload, typePath, type))
}

const textAt = (payload: Json, path: string | undefined) => {
  const value = path === undefined ? undefined : valueAt(payload, path)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** What the channel of a document does. */
export function channelOf(parts: Parts): ChannelBehaviour {
  const { name, method, extensions, declarations, described } = parts
  const definitions = createDefinitions(pathsOf(parts))
  const settings = declared(parts)
  const { typePath, eventId } = declarations
  const signing = signingOf(extensions.signature ?? 'standard-webhooks')
  const isSigned = (own: Settings) => asSettings(own).signature !== 'none'
  const traits: ChannelTraits = {
    ...signing.traits,
    idempotencyKey: eventId ?? (signing.idHeader === undefined ? 'id' : `header:${signing.idHeader}`),
    ...(typePath !== undefined && { typePath }),
  }
  return {
    settings: settingsOf(described),
    definition: type => {
      const definition = definitions(type, settings)
      return (
        definition && {
          ...definition,
          make: (fake, context) => withType(definition.make(fake, context), typePath, type),
        }
      )
    },
    secret: {
      use: extensions.signature === 'none' ? 'none' : extensions.signature === undefined ? 'optional' : 'required',
      ...signing.secret,
      overlapMs,
    },
    request: (own, version) => ({
      method,
      headers: [
        ['content-type', asSettings(own).contentType],
        ['user-agent', `Standin/${version} (${name})`],
      ],
    }),
    sign: input =>
      signed(isSigned(input.settings) ? signing.scheme : undefined, input, textAt(input.event.payload, eventId)),
    scheme: own => (isSigned(own) ? signing.scheme : undefined),
    retry: retryPlan,
    traits,
    traitsFor: own => (isSigned(own) ? traits : { ...traits, signs: false, signatureHeaders: [] }),
  }
}

/** What the provider of a document does besides. */
export function behaviourOf(parts: Parts): ProviderBehaviour {
  const settings = declared(parts)
  const facts = createFacts(pathsOf(parts))
  return {
    settings: z.strictObject({}),
    locale: 'en',
    root: 'subject',
    rootId: 'subject_id',
    isRootId: isSubjectId,
    facts: (fake, context) => facts(fake, { ...context, settings }),
  }
}
