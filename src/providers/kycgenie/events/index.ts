// All event definitions of KYC Genie, found by type.
import * as z from 'zod'
import type { EventDefinition } from '../../../provider/channel.js'
import type { ProviderSettings } from '../settings.js'
import { batch } from './batch.js'
import { caseAndAlert } from './case.js'
import { define } from './envelope.js'
import { nonDocument } from './non-document.js'
import { onboarding } from './onboarding.js'
import { furtherResponseEvent, response } from './response.js'
import { screening } from './screening.js'
import { verification } from './verification.js'

/** The event of the test endpoint, about the story's entity. Source of the name: Webhooks API, "Test Webhook"; its data is ours. */
const test = define('test', {
  data: z.looseObject({ message: z.string() }),
  about: { kind: 'entity', idKey: 'entity_id', idFact: 'entity_id', begun: 'entity_id', read: () => ({}) },
  state: 'not_screened',
  make: () => ({ message: 'This is a test event.' }),
})

const definitions = {
  ...onboarding,
  ...response,
  ...screening,
  ...batch,
  ...verification,
  ...nonDocument,
  ...caseAndAlert,
  test,
}

/** The definitions of all named types, for completion in an editor. */
export type Definitions = typeof definitions

const DEFINITIONS: Readonly<Record<string, EventDefinition>> = definitions

/** Finds the definition of a type (undefined for any other name); those of `extraEventTypes` are made on first use and kept. */
export function createDefinitions(): (
  type: string,
  settings: Partial<Pick<ProviderSettings, 'extraEventTypes'>>,
) => EventDefinition | undefined {
  const further = new Map<string, EventDefinition>()
  return (type, { extraEventTypes = [] }) => {
    if (Object.hasOwn(DEFINITIONS, type)) return DEFINITIONS[type]
    if (!extraEventTypes.includes(type)) return undefined
    const definition = further.get(type) ?? furtherResponseEvent(type)
    further.set(type, definition)
    return definition
  }
}
