// Faults: deliberate misbehaviour of the sender, added, listed and removed.
import * as z from 'zod'
import { activeFault, activeFaultList, type ActiveFault as Shown } from '../../api/active-fault.js'
import { faultSchema } from '../../api/fault.js'
import type { ActiveFault } from '../../core/fault.js'
import type { Json } from '../../core/json.js'
import { controlRoute, type Family, idParams } from './route.js'

const missing = { description: 'There is no such fault.' }

const at = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

function faultView({ fault, addedAt, until, expiresAt, ...counts }: ActiveFault): Shown {
  const { kind, ...parameters } = fault
  return {
    ...counts,
    fault: { kind, ...(parameters as Record<string, Json>) },
    addedAt: new Date(addedAt).toISOString(),
    until: at(until),
    expiresAt: at(expiresAt),
  }
}

export const faultsFamily: Family = {
  name: 'faults',
  about: 'Deliberate misbehaviour of the sender.',
  routes: [
    controlRoute({
      id: 'listFaults',
      method: 'GET',
      path: '/_standin/faults',
      summary: 'Active faults and those that have ended, in the order they were added.',
      query: z.strictObject({}),
      answers: {
        200: { description: 'All of them.', schema: activeFaultList },
      },
      handler: ({ emulator }) => ({ status: 200, body: { items: emulator.faults.list().map(faultView) } }),
    }),
    controlRoute({
      id: 'addFault',
      method: 'POST',
      path: '/_standin/faults',
      summary: 'Adds a fault: attempts that match its scope are sent with it from now on.',
      body: faultSchema,
      answers: {
        201: { description: 'The fault, added.', schema: activeFault },
        400: { description: 'It is malformed, names something unknown, or can never fire.' },
        404: { description: 'There is no such subscription.' },
      },
      handler: async ({ emulator, body }) => ({ status: 201, body: faultView(await emulator.faults.add(body)) }),
    }),
    controlRoute({
      id: 'removeFault',
      method: 'DELETE',
      path: '/_standin/faults/{id}',
      summary: 'Removes a fault; what it holds back is sent when it is due.',
      params: idParams,
      answers: { 204: { description: 'Removed.' }, 404: missing },
      handler: async ({ emulator, params }) => {
        await emulator.faults.remove(params.id)
        return { status: 204 }
      },
    }),
    controlRoute({
      id: 'clearFaults',
      method: 'DELETE',
      path: '/_standin/faults',
      summary: 'Removes all faults.',
      answers: { 204: { description: 'Removed.' } },
      handler: async ({ emulator }) => {
        await emulator.faults.clear()
        return { status: 204 }
      },
    }),
  ],
}
