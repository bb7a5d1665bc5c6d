// Retry-After: the receiver puts the next attempt off, where the subscription's settings let it.
import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../../src/core/retry-after.js'
import { testEmulator } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const START = Date.parse('2026-01-15T09:00:00Z')

/** The wait before attempt 2, ms, with its reason. */
async function waitAfter(headers: Record<string, string>, retryAfterUpTo?: string) {
  const { url } = await testReceiver([{ status: 503, headers }, 200])
  const standin = await testEmulator({ start: START })
  const settings = { retryDelays: ['5s'], ...(retryAfterUpTo !== undefined && { retryAfterUpTo }) }
  await standin.subscribe('standard', { url, settings })
  const { deliveries } = await standin.trigger('standard', 'invoice.paid')
  await standin.rest()
  const { dueAt, dueReason } = standin.view(deliveries[0]?.id ?? '').delivery
  return { ms: (dueAt ?? 0) - START, reason: dueReason }
}

describe('the next attempt', () => {
  it('waits as many seconds as the response asks', async () => {
    expect(await waitAfter({ 'retry-after': '120' }, '1h')).toEqual({
      ms: 120_000,
      reason: '503; attempt 2 of 10 5 s later, put off to 2 m by Retry-After (2 m)',
    })
  })

  it('waits until the date of the response', async () => {
    const date = 'Thu, 15 Jan 2026 09:00:00 GMT'
    const { ms } = await waitAfter({ date, 'retry-after': 'Thu, 15 Jan 2026 09:10:00 GMT' }, '1h')
    expect(ms).toBe(600_000)
  })

  it('waits no longer than the setting allows, and says so', async () => {
    const { ms, reason } = await waitAfter({ 'retry-after': '999999999' }, '1h')
    expect(ms).toBe(3_600_000)
    expect(reason).toContain('of which retryAfterUpTo allows that much')
  })

  it('is no sooner than the schedule says', async () => {
    expect((await waitAfter({ 'retry-after': '1' }, '1h')).ms).toBe(5000)
  })

  it('follows the schedule alone without the setting, and with a header that is neither', async () => {
    expect((await waitAfter({ 'retry-after': '120' })).ms).toBe(5000)
    expect((await waitAfter({ 'retry-after': 'soon' }, '1h')).ms).toBe(5000)
  })
})

it.each([
  ['0', 0],
  ['-1', undefined],
  ['1.5', undefined],
  ['Wed, 14 Jan 2026 09:00:00 GMT', 0],
  ['Thu, 15 Jan 2026 09:00:30 GMT', 30_000],
  ['2026-01-15T09:00:30Z', undefined],
])('Retry-After: %s is %s ms', (value, ms) => {
  expect(retryAfterMs([['Retry-After', value]], START)).toBe(ms)
})
