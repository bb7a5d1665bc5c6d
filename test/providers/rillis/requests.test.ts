// Rillis's requests: routing, data.url, body format, headers, URL rules, retries, keys.
import { describe, expect, it } from 'vitest'
import type { EmulatorEvent } from '../../../src/core/event.js'
import type { JsonObject } from '../../../src/core/json.js'
import { timetable } from '../../../src/core/retry.js'
import { stream } from '../../../src/core/seed.js'
import { flowChannel, transactionChannel } from '../../../src/providers/rillis/channels.js'
import { rillis } from '../../../src/providers/rillis/index.js'
import { START, story, subscription, wideSettings } from './payloads.js'

const flowTypes = rillis.channels[0]?.eventTypes.map(type => type.name) ?? []
const settings = (given: JsonObject = {}) => flowChannel.settings.parse(given)

async function event(type: string): Promise<EmulatorEvent> {
  const { payload } = (await story()).make(type)
  return {
    id: 'ev_1',
    provider: 'rillis',
    channel: 'flow',
    type,
    variant: null,
    subject: null,
    account: null,
    payload,
    createdAt: START,
  }
}

async function taken(given: JsonObject): Promise<string[]> {
  const taken: string[] = []
  for (const type of flowTypes)
    if (flowChannel.refuses?.(await event(type), settings(given), subscription()) === undefined) taken.push(type)
  return taken
}

describe('which URL gets which event', () => {
  it('a subscription of class both gets every type', async () => {
    expect(await taken({})).toEqual(flowTypes)
  })

  it('a general URL gets FLOW_* only, a step URL all other types', async () => {
    const general = ['FLOW_COMPLETED', 'FLOW_REJECTED']
    expect(await taken({ class: 'general' })).toEqual(general)
    expect(await taken({ class: 'step' })).toEqual(flowTypes.filter(type => !general.includes(type)))
  })

  it('a skipped event has a reason', async () => {
    expect(flowChannel.refuses?.(await event('FLOW_COMPLETED'), settings({ class: 'step' }), subscription())).toMatch(
      /class step/,
    )
  })

  it('a subscription with a flow id gets only events of that flow; one with a label gets all', async () => {
    expect(await taken({ flow: 'bbbbbbbbbbbbbbbbbbbbbbbb' })).toEqual([])
    expect(await taken({ flow: '67a3af4ca59af345d61f4f9c' })).toEqual(flowTypes)
    expect(await taken({ flow: 'retail customers' })).toEqual(flowTypes)
  })
})

describe('data.url', () => {
  const wrapped = async (given: JsonObject, url?: string) => {
    const one = await event('FLOW_COMPLETED')
    const payload =
      url === undefined ? one.payload : { ...one.payload, data: { ...(one.payload.data as JsonObject), url } }
    return flowChannel.wrap?.(payload, {
      subscription: subscription(),
      settings: settings(given),
      event: one,
    }) as JsonObject
  }

  it("is each subscription's own URL, in its place among the keys", async () => {
    const { data } = await wrapped({})
    expect(Object.entries(data as JsonObject).at(-1)).toEqual(['url', 'http://127.0.0.1:9/hook'])
  })

  it('is a reference URL of the flow instance with dataUrl reference', async () => {
    const { data } = await wrapped({ dataUrl: 'reference' })
    const { url, flow_instance_id } = data as JsonObject
    expect(url).toBe(`https://app.rillis.io/flow-instances/${flow_instance_id}`)
  })

  it('is unchanged if it was set on the event', async () => {
    expect((await wrapped({}, 'https://elsewhere.example/x')).data).toMatchObject({
      url: 'https://elsewhere.example/x',
    })
  })
})

describe('body and headers', () => {
  const value = { type: 'T', data: { b: 1, a: 2 } }
  it.each([
    ['compact', '{"type":"T","data":{"b":1,"a":2}}'],
    ['pretty', '{\n  "type": "T",\n  "data": {\n    "b": 1,\n    "a": 2\n  }\n}'],
    ['sorted', '{"data":{"a":2,"b":1},"type":"T"}'],
  ])('formats the body with bodyFormat %s', (bodyFormat, text) => {
    expect(flowChannel.encode?.(value, settings({ bodyFormat })) ?? JSON.stringify(value)).toBe(text)
  })

  it('are POST, Content-Type and User-Agent, and no other header', () => {
    expect(flowChannel.request?.(settings({ contentType: 'application/json; charset=utf-8' }), '1.2.3')).toEqual({
      method: 'POST',
      headers: [
        ['Content-Type', 'application/json; charset=utf-8'],
        ['User-Agent', 'Standin/1.2.3 (rillis)'],
      ],
    })
  })
})

describe('URLs', () => {
  const problem = (url: string, isPrivate: boolean, strictHttps = false) =>
    flowChannel.urlProblem?.(new URL(url), settings({ strictHttps }), isPrivate)

  it('may be http on private hosts, must be https on public ones', () => {
    expect(problem('http://127.0.0.1/x', true)).toBeUndefined()
    expect(problem('http://shop.example/x', false)).toMatch(/https/)
    expect(problem('https://shop.example/x', false)).toBeUndefined()
    expect(problem('ftp://127.0.0.1/x', true)).toMatch(/ftp/)
  })

  it('must be https everywhere with strictHttps', () => {
    expect(problem('http://127.0.0.1/x', true, true)).toMatch(/strictHttps/)
    expect(problem('https://127.0.0.1/x', true, true)).toBeUndefined()
  })
})

describe.each([
  ['flow', flowChannel],
  ['transaction', transactionChannel],
])('retries of channel %s', (_, channel) => {
  const plan = (given: JsonObject = {}) => channel.retry(channel.settings.parse(given))

  it('are seven, with growing delays', () => {
    expect(timetable(plan().policy)).toEqual([5e3, 3e4, 12e4, 6e5, 18e5, 36e5, 72e5])
  })

  it('follow the setting retryDelays, whose last repeats while attempts remain', () => {
    expect(timetable(plan({ retryDelays: [1000, 2000], maxAttempts: 5 }).policy)).toEqual([1000, 2000, 2000, 2000])
    expect(timetable(plan({ maxAttempts: 1 }).policy)).toEqual([])
  })

  it('do not end with maxAttempts unlimited', () => {
    const delays = timetable(plan({ maxAttempts: 'unlimited' }).policy, 60)
    expect(delays).toHaveLength(60)
    expect(delays.at(-1)).toBe(7_200_000)
  })

  it('end with exactly 200, or with any 2xx with successStatus 2xx', () => {
    const accepted = (given: JsonObject) =>
      [199, 200, 201, 204, 299, 302, 500].filter(status => plan(given).accepts(status))
    expect(accepted({})).toEqual([200])
    expect(accepted({ successStatus: '2xx' })).toEqual([200, 201, 204, 299])
  })

  it('take timeout and concurrency from the settings', () => {
    expect(plan({ responseTimeoutMs: 50, concurrency: 3 })).toMatchObject({ timeoutMs: 50, concurrency: 3 })
  })
})

describe('webhook keys', () => {
  it('are 64 hex characters when generated, optional, and replaced at once', () => {
    expect(flowChannel.secret.make(stream(1, 'key'), settings())).toMatch(/^[0-9a-f]{64}$/)
    expect(flowChannel.secret.use).toBe('optional')
    expect(flowChannel.secret.overlapMs(settings())).toBe(0)
  })

  it('are shared within a flow and nowhere else', () => {
    expect(flowChannel.secret.group?.(settings({ flow: 'retail' }))).toBe('retail')
    expect(flowChannel.secret.group?.(settings())).toBeUndefined()
  })
})

describe('assumptions', () => {
  const shapes = () => wideSettings()

  it('have the default of their setting as their choice', () => {
    for (const { name, choice, setting } of rillis.assumptions)
      if (setting) expect(shapes()[name], name).toEqual(choice)
  })

  it('cover every setting', () => {
    const named = rillis.assumptions.filter(assumption => assumption.setting).map(assumption => assumption.name)
    expect(Object.keys(shapes()).filter(key => !named.includes(key))).toEqual([])
  })

  it('list the alternatives of a setting', () => {
    expect(rillis.assumptions.filter(({ setting, alternatives }) => setting && !alternatives)).toEqual([])
  })
})
