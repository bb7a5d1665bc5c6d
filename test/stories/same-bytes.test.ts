// Recipe: the same seed and the same start give the same bytes, so that a failing test can be repeated.
import { startReceiver, startStandin } from 'standin/testing'
import { expect, it } from 'vitest'

async function play(seed: number) {
  const standin = await startStandin({ clock: 'manual', seed, start: '2026-01-15T12:00:00Z', stamp: 'clock' })
  const receiver = await startReceiver({ answers: [500, 200] })
  await standin.subscribe('rillis', { url: receiver.url, secret: 'k', settings: { dataUrl: 'reference' } })
  await standin.trigger('rillis', 'ONBOARDING_FORM_COMPANY_COMPLETED', { subject: 'constructora' })
  await standin.trigger('rillis', 'FLOW_COMPLETED', { subject: 'constructora' })
  await standin.drain()
  await standin.stop()
  await receiver.stop()
  return receiver.requests
    .map(({ headers, body }) => `${headers['x-timestamp']} ${headers['x-signature']} ${body}`)
    .sort()
}

it('the same seed repeats a run byte for byte', async () => {
  const [first, again, other] = [await play(7), await play(7), await play(8)]
  expect(first).toHaveLength(3)
  expect(again).toEqual(first)
  expect(other).not.toEqual(first)
})
