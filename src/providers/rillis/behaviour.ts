// The loaded part of Rillis: provider-wide settings, the facts of a story, its own API, moves and timers.
import type { ProviderBehaviour } from '../../provider/provider.js'
import { facts, lateFacts } from './facts.js'
import { isObjectId } from './ids.js'
import { move, moves, onTimer } from './moves.js'
import { routes } from './routes/index.js'
import { providerSettings } from './settings.js'

/** Rillis's part of the provider contract. */
export const behaviour: ProviderBehaviour = {
  settings: providerSettings,
  locale: 'es',
  root: 'flow_instance',
  facts,
  lateFacts,
  rootId: 'flow_instance_id',
  isRootId: isObjectId,
  routes,
  moves,
  move,
  onTimer,
}
