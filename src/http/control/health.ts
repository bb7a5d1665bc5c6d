// Whether the server is there, and what it is doing.
import * as z from 'zod'
import { controlRoute, type Family } from './route.js'
import { time } from './schemas.js'

const health = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    seed: z.number(),
    clock: z.enum(['system', 'manual']),
    now: time.meta({ description: "The emulator's time." }),
    owed: z.int().meta({ description: 'Deliveries not yet settled.' }),
  })
  .meta({ id: 'Health' })

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
        const body: z.output<typeof health> = {
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
