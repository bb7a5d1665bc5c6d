// All event definitions of KYC Genie, found by type.
import type { EventDefinition } from '../../../provider/channel.js'
import type { ProviderSettings } from '../settings.js'
import { batch } from './batch.js'
import { caseAndAlert } from './case.js'
import { nonDocument } from './non-document.js'
import { onboarding } from './onboarding.js'
import { furtherResponseEvent, response } from './response.js'
import { screening } from './screening.js'
import { test } from './test.js'
import { verification } from './verification.js'

const definitions = {
  ...onboarding,
  ...response,
  ...screening,
  ...batch,
  ...verification,
  ...nonDocument,
  ...caseAndAlert,
  ...test,
}

/** The definitions of all named types, as an editor sees them. */
export type Definitions = typeof definitions

const DEFINITIONS: Readonly<Record<string, EventDefinition>> = definitions

/** Finds definitions; those of `extraEventTypes` are made on first use and kept. */
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
