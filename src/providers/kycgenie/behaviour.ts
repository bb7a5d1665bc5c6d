// The loaded part of KYC Genie: settings, facts of a story, moves by hand and its own API.
import type { ProviderBehaviour } from '../../provider/provider.js'
import { makeFacts } from './facts.js'
import { isUuid } from './ids.js'
import { routes } from './routes/index.js'
import { providerSettings } from './settings.js'
import { move, moves } from './subjects.js'

/** Behaviour of the provider. */
export function behaviour(): ProviderBehaviour {
  return {
    settings: providerSettings,
    locale: 'en',
    root: 'entity',
    rootId: 'entity_id',
    isRootId: isUuid,
    facts: makeFacts,
    routes,
    moves,
    move,
  }
}
