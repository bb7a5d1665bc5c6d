// Unico's success rule, retries and throttle.
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.js'
import { timetable } from '../../../src/core/retry.js'
import { limit, retryPlan } from '../../../src/providers/unico/retry.js'
import { subscriptionSettings } from '../../../src/providers/unico/settings.js'

const plan = (settings: JsonObject = {}) => retryPlan(subscriptionSettings.parse(settings))
const delays = (settings: JsonObject = {}, count?: number) => timetable(plan(settings).policy, count)

describe('retries of Unico', () => {
  it('any status from 200 to 299 is success, no other is', () => {
    const accepted = Array.from({ length: 500 }, (_, i) => 100 + i).filter(status => plan().accepts(status))
    expect(accepted).toEqual(Array.from({ length: 100 }, (_, i) => 200 + i))
  })

  it('five attempts, the interval doubling from ten seconds', () => {
    expect(delays()).toEqual([10_000, 20_000, 40_000, 80_000])
  })

  it('attempts and interval are settings, and fixed keeps the interval', () => {
    expect(delays({ maxAttempts: 3, intervalSeconds: 7 })).toEqual([7000, 14_000])
    expect(delays({ maxAttempts: 4, intervalSeconds: 7, backoff: 'fixed' })).toEqual([7000, 7000, 7000])
  })

  it('the interval grows to an hour at most, unless the setting is longer', () => {
    expect(delays({ maxAttempts: 'unlimited' }, 30).slice(8, 12)).toEqual([2_560_000, 3_600_000, 3_600_000, 3_600_000])
    expect(delays({ maxAttempts: 3, intervalSeconds: 86_400 })).toEqual([86_400_000, 86_400_000])
  })

  it('timeout and concurrency are settings within the documented bounds', () => {
    expect(plan({ timeoutSeconds: 2, concurrency: 500 })).toMatchObject({ timeoutMs: 2000, concurrency: 500 })
    expect(subscriptionSettings.safeParse({ concurrency: 501 }).success).toBe(false)
    expect(subscriptionSettings.safeParse({ concurrency: 0 }).success).toBe(false)
  })
})

describe('the error throttle of Unico', () => {
  const recent = (failed: number, all = 20) => Array.from({ length: all }, (_, i) => i >= failed)
  const now = (failed: number, present: number, all?: number) =>
    limit(recent(failed, all), present, subscriptionSettings.parse({ concurrency: 40, errorThrottle: true }))

  it('halves the concurrency when more than half of the last 20 attempts failed, down to one', () => {
    expect(now(11, 40)).toBe(20)
    expect(now(20, 20)).toBe(10)
    expect(now(20, 1)).toBe(1)
  })

  it('does not change it at half, or before 20 attempts', () => {
    expect(now(10, 40)).toBe(40)
    expect(now(19, 40, 19)).toBe(40)
  })

  it('doubles it after 20 successes, up to the setting', () => {
    expect(now(0, 5)).toBe(10)
    expect(now(0, 30)).toBe(40)
    expect(now(1, 5)).toBe(5)
  })

  it('is off by default', () => {
    expect(limit(recent(20), 40, subscriptionSettings.parse({ concurrency: 40 }))).toBe(40)
  })
})
