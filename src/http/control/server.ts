// The server itself: whether it is there, what it serves, and starting over.
import { type Health, health } from '../../api/health.js'
import { jsonObject } from '../../api/values.js'
import { controlRoute, type Family } from './route.js'

export const healthFamily: Family = {
  name: 'health',
  about: 'Whether the server is there.',
  routes: [
    controlRoute({
      id: 'getHealth',
      method: 'GET',
      path: '/_standin/health',
      summary: 'Gets version, seed, clock and the number of owed deliveries.',
      answers: { 200: { description: 'The server is there.', schema: health } },
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

export const resetFamily: Family = {
  name: 'reset',
  about: 'Starting over.',
  routes: [
    controlRoute({
      id: 'reset',
      method: 'POST',
      path: '/_standin/reset',
      summary: 'Deletes everything but the seed.',
      answers: { 204: { description: 'Everything is deleted.' } },
      handler: async ({ emulator, runs }) => {
        runs.clear()
        await emulator.reset()
        return { status: 204 }
      },
    }),
  ],
}

export const descriptionFamily: Family = {
  name: 'description',
  about: 'What this server serves, for machines.',
  routes: [
    controlRoute({
      id: 'getOpenApi',
      method: 'GET',
      path: '/_standin/openapi.json',
      summary: "Gets the OpenAPI 3.1 document of the control API, the providers' APIs and their webhooks.",
      answers: { 200: { description: 'The document.', schema: jsonObject } },
      handler: async ({ emulator, families, base, version, guarded }) => {
        const { describeApi } = await import('../openapi.js')
        return { status: 200, body: await describeApi({ emulator, families, base, version, guarded }) }
      },
    }),
  ],
}
