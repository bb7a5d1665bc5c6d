// The loaded part of the provider: provider-wide settings and the facts of a story, and the route of public keys.
import type { ProviderBehaviour } from '../../provider/provider.js'
import { createFacts, isSubjectId } from './facts.js'
import { routes } from './routes.js'
import { providerSettings } from './settings.js'

/** The provider's part of the contract. */
export function behaviour(): ProviderBehaviour {
  return {
    settings: providerSettings,
    locale: 'en',
    root: 'subject',
    rootId: 'subject_id',
    isRootId: isSubjectId,
    facts: createFacts(),
    routes,
  }
}
