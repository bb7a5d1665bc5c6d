// Spaces: created, listed, deleted. They are served beside /_standin, at the root only.
import * as z from 'zod'
import { type Space as Shown, space, spaceInput, spaceList } from '../../api/space.js'
import { EmulatorError } from '../../core/errors.js'
import type { Space } from '../../emulator/spaces.js'
import { controlRoute, type Family } from './route.js'

const params = z.strictObject({ name: z.string() })

function spaceView({ name, emulator }: Space): Shown {
  const { waiting, attempting } = emulator.ledger.deliveryCounts()
  return { name: name ?? '', seed: emulator.seed, clock: emulator.clock.kind, owed: waiting + attempting }
}

export const spacesFamily: Family = {
  name: 'spaces',
  about: 'Isolated spaces on this server.',
  routes: [
    controlRoute({
      id: 'listSpaces',
      method: 'GET',
      path: '/spaces',
      summary: 'Lists the spaces.',
      answers: {
        200: { description: 'The spaces.', schema: spaceList },
      },
      handler: async ({ spaces }) => {
        const all = await spaces.list()
        // A space that is deleted meanwhile has nothing to show.
        return { status: 200, body: { items: all.filter(({ gone }) => !gone.aborted).map(spaceView) } }
      },
    }),
    controlRoute({
      id: 'makeSpace',
      method: 'PUT',
      path: '/spaces/{name}',
      summary: 'Creates a space; its first use creates one too, with a seed derived from its name.',
      description:
        'A GET that a browser sends creates none. A space that nobody uses and that owes no delivery is deleted after a day, or the time that `--space-idle` sets.',
      params,
      body: spaceInput,
      answers: {
        201: { description: 'The new space.', schema: space },
        200: { description: 'It exists with these options.', schema: space },
        400: { description: 'An invalid name or option.' },
        409: { description: 'It exists with other options, or there are too many.' },
      },
      handler: async ({ spaces, params, body }) => {
        const { space: found, made } = await spaces.put(params.name, body)
        return { status: made ? 201 : 200, body: spaceView(found) }
      },
    }),
    controlRoute({
      id: 'dropSpace',
      method: 'DELETE',
      path: '/spaces/{name}',
      summary: 'Stops a space and deletes everything in it.',
      params,
      answers: { 204: { description: 'It is deleted.' }, 404: { description: 'There is no such space.' } },
      handler: async ({ spaces, params }) => {
        if (await spaces.drop(params.name)) return { status: 204 }
        throw new EmulatorError(`There is no space "${params.name}".`, {
          code: 'not_found',
          hint: 'List them with GET /spaces.',
        })
      },
    }),
  ],
}
