// Whether the server is there, and what it is doing.
import { type Health, health } from '../../api/health.js'
import { controlRoute, type Family } from './route.js'

export const healthFamily: Family = {
  name: 'health',
  about: 'Whether the server is there.',
  routes: [
    controlRoute({
      id: 'getHealth',
      method: 'GET',
      path: '/_standin/health',
      summary: 'The state of this world in a few words.',
      answers: { 200: { description: 'It is there.', schema: health } },
      handler: ({ emulator, version }) => {
        const { waiting, attempting } = emulator.ledger.deliveryCounts()
        const body: Health = {
          status: 'ok',
          version,
          seed: emulator.seed,
          clock: emulator.clock.kind,
          now: new Date(emulator.clock.now()).toISOString(),
          owed: waiting + attempting,
        }
        return { status: 200, body }
      },
    }),
  ],
}
