// What an editor knows of Unico's events: names, variants and payloads, inferred from the catalog and its schemas. Types only.
import type { EventsOf } from '../../provider/channel.js'
import type { events } from './events.js'
import type { UnicoTypes } from './index.js'

/** Unico's events by type. */
export type UnicoEvents = EventsOf<UnicoTypes, typeof events>
