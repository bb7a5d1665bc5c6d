// What an editor knows of Rillis's events: names, variants and payloads, inferred from the catalog and its schemas. Types only.
import type { EventsOf } from '../../provider/channel.js'
import type { flowEvents } from './events/flow.js'
import type { identityEvents } from './events/identity.js'
import type { onboardingEvents } from './events/onboarding.js'
import type { transactionEvent } from './events/transaction.js'
import type { RillisTypes } from './index.js'

type Definitions = typeof flowEvents &
  typeof identityEvents &
  typeof onboardingEvents & { TRANSACTION_STATE_CHANGED: typeof transactionEvent }

/** Rillis's events by type. */
export type RillisEvents = EventsOf<RillisTypes, Definitions>
