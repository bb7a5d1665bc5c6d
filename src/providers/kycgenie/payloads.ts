// What an editor knows of KYC Genie's events: names, variants and payloads, inferred from the catalog and its schemas. Types only.
import type { EventsOf } from '../../provider/channel.js'
import type { KycgenieTypes } from './catalog.js'
import type { Definitions } from './events/index.js'

/** KYC Genie's events by type. */
export type KycgenieEvents = EventsOf<KycgenieTypes, Definitions>
