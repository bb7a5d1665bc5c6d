// KYC Genie's settings and assumptions, and what the settings change.
import { describe, expect, it } from 'vitest'
import { timetable } from '../../../src/core/retry.js'
import { kycgenie } from '../../../src/providers/kycgenie/index.js'
import { channel, wide } from './payloads.js'

describe('assumptions', () => {
  it('have the default of their setting as their choice', async () => {
    const defaults = await wide()
    const withSetting = kycgenie.assumptions.filter(({ setting }) => setting !== undefined)
    for (const { name, choice } of withSetting) expect(defaults[name], name).toEqual(choice)
    expect(withSetting.map(({ name }) => name).sort()).toEqual(Object.keys(defaults).sort())
  })

  it('each have a reason', () => {
    for (const { name, question, reason } of kycgenie.assumptions)
      expect([question.endsWith('?'), reason.length > 10], name).toEqual([true, true])
  })
})

describe('the schedule', () => {
  it('has nine delays, 75 hours, 35 minutes and 5 seconds in all', async () => {
    const { retry, settings } = await channel()
    const plan = retry(settings.parse({}))
    const waits = timetable(plan.policy)
    expect(waits).toHaveLength(9)
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(((75 * 60 + 35) * 60 + 5) * 1000)
    expect(plan.timeoutMs).toBe(15_000)
  })

  it('can be given as durations or milliseconds, and without an end', async () => {
    const { retry, settings } = await channel()
    expect(timetable(retry(settings.parse({ retryDelays: ['1s', 2000], maxAttempts: 3 })).policy)).toEqual([1000, 2000])
    expect(timetable(retry(settings.parse({ retryDelays: ['1s'], maxAttempts: 'unlimited' })).policy, 50)).toHaveLength(
      50,
    )
    expect(settings.safeParse({ retryDelays: ['soon'] }).success).toBe(false)
  })

  it('has timeout and concurrency from the settings', async () => {
    const { retry, settings } = await channel()
    const plan = retry(settings.parse({ responseTimeoutMs: 700, concurrency: 3 }))
    expect([plan.timeoutMs, plan.concurrency]).toEqual([700, 3])
  })

  it('settles on exactly 200, or on any 2xx with successStatus 2xx', async () => {
    const { retry, settings } = await channel()
    const accepted = (given: object) => [200, 201, 204, 302, 500].filter(retry(settings.parse(given)).accepts)
    expect(accepted({})).toEqual([200])
    expect(accepted({ successStatus: '2xx' })).toEqual([200, 201, 204])
  })
})

describe('the wire', () => {
  it('renames the type key by its setting, in the same place', async () => {
    const { wrap, settings } = await channel()
    const payload = { id: 'evt_1', event_type: 'test', created_at: 'x', data: {} }
    const to = (given: object) => ({ settings: settings.parse(given) }) as Parameters<NonNullable<typeof wrap>>[1]
    expect(JSON.stringify(wrap?.(payload, to({ typeKey: 'type' })))).toBe(
      '{"id":"evt_1","type":"test","created_at":"x","data":{}}',
    )
    expect(wrap?.(payload, to({}))).toBe(payload)
  })

  it('formats bodies compactly, or as Python does', async () => {
    const { encode, settings } = await channel()
    const value = { a: [1, null, true], name: 'Zoë "株" 😀\n' }
    expect(encode?.(value, settings.parse({}))).toBeUndefined()
    expect(encode?.(value, settings.parse({ bodyFormat: 'python' }))).toBe(
      '{"a": [1, null, true], "name": "Zo\\u00eb \\"\\u682a\\" \\ud83d\\ude00\\n"}',
    )
    expect(JSON.parse(encode?.(value, settings.parse({ bodyFormat: 'python' })) ?? '')).toEqual(value)
  })

  it('sends JSON by POST as Standin', async () => {
    const { request, settings } = await channel()
    expect(request?.(settings.parse({ contentType: 'application/json; charset=utf-8' }), '1.2.3')).toEqual({
      method: 'POST',
      headers: [
        ['content-type', 'application/json; charset=utf-8'],
        ['user-agent', 'Standin/1.2.3 (kycgenie)'],
      ],
    })
  })

  it('accepts http for private hosts unless strictHttps is on', async () => {
    const { urlProblem, settings } = await channel()
    const problem = (url: string, isPrivate: boolean, strictHttps = false) =>
      urlProblem?.(new URL(url), settings.parse({ strictHttps }), isPrivate)
    expect(problem('http://127.0.0.1/', true)).toBeUndefined()
    expect(problem('http://127.0.0.1/', true, true)).toBe('Webhook URL must use HTTPS.')
    expect(problem('http://example.com/', false)).toBe('Webhook URL must use HTTPS.')
    expect(problem('https://example.com/', false, true)).toBeUndefined()
  })
})
