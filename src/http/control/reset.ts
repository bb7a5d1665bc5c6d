// Forgetting everything in one world.
import { controlRoute, type Family } from './route.js'

export const resetFamily: Family = {
  name: 'reset',
  about: 'Starting afresh.',
  routes: [
    controlRoute({
      id: 'reset',
      method: 'POST',
      path: '/_standin/reset',
      summary: 'Forgets everything in this world but its seed.',
      answers: { 204: { description: 'Nothing is left.' } },
      handler: async ({ emulator, runs }) => {
        runs.clear()
        await emulator.reset()
        return { status: 204 }
      },
    }),
  ],
}
