// The loaded part of Unico: provider-wide settings, the facts of a process, moves, expiry timer and its own API.
import type { ProviderBehaviour } from '../../provider/provider.js'
import { move, moves, onTimer } from './moves.js'
import { routes } from './routes/index.js'
import { providerSettings } from './settings.js'
import { lateFacts, storyFacts, textOf } from './subjects.js'

/** Unico's part of the provider contract. */
export const behaviour: ProviderBehaviour = {
  settings: providerSettings,
  locale: 'pt_BR',
  root: 'process',
  rootId: 'id',
  isRootId: text => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text),
  facts: (fake, { now, given, id }) => storyFacts(fake, now, given, id),
  lateFacts,
  stateText: ({ kind, state, data }) =>
    kind === 'process' && state === 'PROCESS_STATE_FINISHED' ? `${state} (${textOf(data, 'result')})` : state,
  routes,
  moves,
  move,
  onTimer,
}
