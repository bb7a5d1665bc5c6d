// Expectations: answered when the expected outcome has come, or can no longer come in time.
import { expectation } from '../../api/expectation.js'
import { type ExpectationResult, expectationResult, expectationUnmet } from '../../api/expectation-result.js'
import { EmulatorError, unknownName } from '../../core/errors.js'
import type { Emulator, Expectation } from '../../emulator/contract.js'
import { catalogOf, findProvider } from '../../provider/catalog.js'
import { problemResponse } from '../problem.js'
import { controlRoute, type Family } from './route.js'
import { deliveryDetailView } from './views.js'

/** Throws `unknown_name` for a provider or type that nothing can have: waiting for it would end only with its time. */
async function checkNames(
  emulator: Emulator,
  { provider, type }: Pick<Expectation, 'provider' | 'type'>,
): Promise<void> {
  const { providers } = emulator
  const meant = provider === undefined ? providers : [findProvider(providers, provider, 'provider')]
  if (type === undefined || emulator.ledger.events({ type }, { limit: 1 }).length > 0) return
  const known = new Set<string>()
  for (const one of meant) {
    const settings = one.channels.some(({ catalog }) => catalog) ? await emulator.settings(one.name) : {}
    for (const channel of one.channels) for (const { name } of catalogOf(channel, settings)) known.add(name)
  }
  if (!known.has(type)) throw unknownName('event type', type, known, { where: 'type' })
}

export const expectFamily: Family = {
  name: 'expect',
  about: 'Waiting for the outcome of deliveries.',
  routes: [
    controlRoute({
      id: 'expectOutcome',
      method: 'POST',
      path: '/_standin/expect',
      summary: 'Waits for an outcome; answers whether it came.',
      body: expectation,
      answers: {
        200: { description: 'It is met.', schema: expectationResult },
        408: { description: 'It is not met.', schema: expectationUnmet },
        409: { description: 'The emulator was reset, or its space deleted, meanwhile.' },
      },
      handler: async ({ emulator, request, body: { within, neverWithin, timeout, ...rest } }) => {
        await checkNames(emulator, rest)
        const { met, seen, evidence } = await emulator.expect(
          { ...rest, withinMs: within, neverWithinMs: neverWithin, timeoutMs: timeout },
          { signal: request.abandoned() },
        )
        const body: ExpectationResult = {
          met,
          seen,
          evidence: await Promise.all(
            evidence.map(({ delivery }) => deliveryDetailView(emulator, emulator.view(delivery.id))),
          ),
        }
        if (met) return { status: 200, body }
        return problemResponse(new EmulatorError(`The expectation was not met: ${seen}.`, { code: 'timed_out' }), {
          more: body,
        })
      },
    }),
  ],
}
