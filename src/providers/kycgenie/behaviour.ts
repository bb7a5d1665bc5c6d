// The loaded part of KYC Genie: provider-wide settings, the facts of a story, moves by hand and its own API.
import type { ProviderBehaviour } from '../../provider/provider.js'
import { facts } from './facts.js'
import { isUuid } from './ids.js'
import { move, moves } from './moves.js'
import { routes } from './routes/index.js'
import { providerSettings } from './settings.js'
import { onTimer } from './timers.js'

/** KYC Genie's part of the provider contract. */
export const behaviour: ProviderBehaviour = {
  settings: providerSettings,
  locale: 'en',
  root: 'entity',
  rootId: 'entity_id',
  isRootId: isUuid,
  facts,
  routes,
  moves,
  move,
  onTimer,
}
