// The flow channel's event definitions, by type.
import type { EventDefinition } from '../../../provider/channel.js'
import { flowEvents } from './flow.js'
import { identityEvents } from './identity.js'
import { onboardingEvents } from './onboarding.js'

const ALL: Readonly<Record<string, EventDefinition>> = { ...flowEvents, ...identityEvents, ...onboardingEvents }

/** The definition of a type of the flow channel; undefined for any other name. */
export function flowEvent(type: string): EventDefinition | undefined {
  return Object.hasOwn(ALL, type) ? ALL[type] : undefined
}
