// The loaded part of the provider: settings and the facts of a story; it has no API of its own.
import type { ProviderBehaviour } from '../../provider/provider.js'
import { createFacts, isSubjectId } from './facts.js'
import { providerSettings } from './settings.js'

/** Behaviour of the provider. */
export function behaviour(): ProviderBehaviour {
  return {
    settings: providerSettings,
    locale: 'en',
    root: 'subject',
    rootId: 'subject_id',
    isRootId: isSubjectId,
    facts: createFacts(),
  }
}
