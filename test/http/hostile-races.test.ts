// What callers do to a server that is busy: what they wait for goes away, two of them change one thing, a page opens spaces.
import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { stream } from '../../src/core/seed.js'
import type { Emulator } from '../../src/emulator/contract.js'
import { listen } from '../../src/http/listen.js'
import { testServer } from '../support/server.js'

const trigger = { provider: 'acme', type: 'thing.made' }
/** Nobody answers there. */
const NOWHERE = 'http://127.0.0.1:9/'

type Ask = Awaited<ReturnType<typeof testServer>>['ask']

/** A server whose one delivery waits for its retry. */
async function owing(space = '', appOptions = {}) {
  const server = await testServer(
    { inProcess: { 'http://app.localhost': () => new Response('', { status: 500 }) } },
    appOptions,
  )
  const ask: Ask = (method, path, ...rest) => server.ask(method, `${space}${path}`, ...rest)
  await ask('POST', '/_standin/subscriptions', { provider: 'acme', id: 'mine', url: 'http://app.localhost/' })
  await ask('POST', '/_standin/events', trigger)
  await ask('POST', '/_standin/clock/advance', { by: 1 })
  return { ...server, ask, root: server.ask }
}

/** How many listen to the journal, of those that begin from now on. */
function countListeners({ journal }: Emulator): () => number {
  let listening = 0
  const { listen: hear } = journal
  journal.listen = listener => {
    listening++
    const stop = hear(listener)
    return () => {
      listening--
      stop()
    }
  }
  return () => listening
}

const turn = () => new Promise(resolve => setImmediate(resolve))

const WAITS: [string, (ask: Ask) => ReturnType<Ask>][] = [
  ['wait', ask => ask('GET', '/_standin/deliveries/dl_1/wait?timeout=300')],
  ['expect', ask => ask('POST', '/_standin/expect', { outcome: 'delivered', timeout: 300 })],
]

describe('a pending', () => {
  it.each(WAITS)('%s is answered 409 when everything is deleted, and events are sent as before', async (_, wait) => {
    const { ask } = await owing()
    const pending = wait(ask)
    await turn()
    expect((await ask('POST', '/_standin/reset')).status).toBe(204)
    expect((await pending).json).toMatchObject({ status: 409, code: 'conflict' })
    await ask('POST', '/_standin/subscriptions', { provider: 'acme', url: 'http://app.localhost/' })
    expect((await ask('POST', '/_standin/events', trigger)).status).toBe(202)
    expect((await ask('POST', '/_standin/clock/advance', { by: 1 })).json).toMatchObject({ attempts: 1 })
  })

  it.each(WAITS)('%s is answered 409 when its space is deleted', async (_, wait) => {
    const { ask, root, emulator } = await owing('/spaces/a')
    const pending = wait(ask)
    await turn()
    expect((await root('DELETE', '/spaces/a')).status).toBe(204)
    expect((await pending).json).toMatchObject({ status: 409, detail: 'The space "a" was deleted meanwhile.' })
    // Longer than the wait.
    await new Promise<void>(resolve => void emulator.clock.alarm(350, resolve))
    expect((await root('GET', '/_standin/health')).status).toBe(200)
  })

  it.each(['wait', 'expect'])('%s ends when its client goes', async kind => {
    const { app, emulator } = await owing()
    const server = await listen(app, { host: '127.0.0.1', port: 0 })
    const listening = countListeners(emulator)
    const client = new AbortController()
    const { signal } = client
    const asked =
      kind === 'wait'
        ? fetch(`${server.url}/_standin/deliveries/dl_1/wait?timeout=10m`, { signal })
        : fetch(`${server.url}/_standin/expect`, {
            method: 'POST',
            signal,
            body: JSON.stringify({ outcome: 'delivered', timeout: '10m' }),
          })
    asked.catch(() => undefined)
    while (listening() === 0) await turn()
    client.abort()
    while (listening() > 0) await turn()
    await server.close()
    expect(listening()).toBe(0)
  })

  it('scenario run ends with its space, whatever it is doing, and the server goes on', async () => {
    const step = { trigger: { provider: 'acme', type: 'thing.made' } }
    const steps = [{ name: 'made', ...step }, { expect: { step: 'made', outcome: 'delivered' } }]
    const scenario = JSON.stringify({ version: 1, name: 'pending', steps })
    for (let turns = 0; turns < 12; turns++) {
      const { root } = await owing('/spaces/a')
      const run = await root('POST', '/spaces/a/_standin/runs?to=http://app.localhost/', scenario)
      expect(run.json).toMatchObject({ status: 'running' })
      for (let i = 0; i < turns; i++) await turn()
      expect((await root('DELETE', '/spaces/a')).status).toBe(204)
      await turn()
      expect((await root('GET', '/_standin/health')).status).toBe(200)
    }
  })
})

describe('a move of the clock', () => {
  it('ends with 409 when everything is deleted, although deliveries are due on the way', async () => {
    const { ask } = await owing()
    const moving = ask('POST', '/_standin/clock/advance', { by: '300d' })
    const resetting = ask('POST', '/_standin/reset')
    expect([200, 409]).toContain((await moving).status)
    expect((await resetting).status).toBe(204)
    expect((await ask('GET', '/_standin/deliveries')).json.items).toEqual([])
  })
})

describe('requests at the same time', () => {
  it('for one subscription are answered as if one came after the other', async () => {
    const { ask } = await testServer()
    for (let i = 0; i < 30; i++) {
      const path = `/_standin/subscriptions/s${i}`
      const make = () => ask('POST', '/_standin/subscriptions', { provider: 'acme', id: `s${i}`, url: NOWHERE })
      expect((await Promise.all([make(), make()])).map(({ status }) => status).sort()).toEqual([201, 409])
      const [changed, rotated, deleted, again] = await Promise.all([
        ask('PATCH', path, { active: false }),
        ask('POST', `${path}/rotate-secret`, {}),
        ask('DELETE', path),
        ask('PATCH', path, { active: true }),
      ])
      expect([200, 404]).toContain(changed?.status)
      expect([200, 404]).toContain(rotated?.status)
      expect([200, 404]).toContain(again?.status)
      expect(deleted?.status).toBe(204)
      expect((await ask('GET', path)).status).toBe(404)
    }
  })

  it('as a reset or the deletion of their space are answered, never with a 5XX', async () => {
    const random = stream(12, 'races')
    const requests: ((ask: Ask) => ReturnType<Ask>)[] = [
      ask => ask('POST', '/_standin/events', trigger),
      ask => ask('POST', '/_standin/deliveries/dl_1/cancel'),
      ask => ask('POST', '/_standin/deliveries/dl_1/resend', {}),
      ask => ask('GET', '/_standin/deliveries/dl_1'),
      ask => ask('GET', '/_standin/deliveries/dl_1/wait?timeout=20'),
      ask => ask('POST', '/_standin/expect', { outcome: 'delivered', timeout: 20 }),
      ask => ask('PATCH', '/_standin/subscriptions/mine', { active: true }),
      ask => ask('POST', '/_standin/subscriptions/mine/rotate-secret', {}),
      ask => ask('DELETE', '/_standin/subscriptions/mine'),
      ask => ask('POST', '/_standin/subscriptions', { provider: 'acme', url: NOWHERE }),
      ask => ask('GET', '/_standin/events/ev_1'),
      ask => ask('POST', '/_standin/clock/advance', { by: '1h' }),
      ask => ask('POST', '/_standin/clock/drain', {}),
      ask => ask('GET', '/_standin/health'),
      ask => ask('GET', '/_standin/metrics'),
      ask => ask('POST', '/_standin/faults', { kind: 'delay', by: '1s' }),
      ask => ask('DELETE', '/_standin/faults'),
      ask => ask('POST', '/acme/api/things', { name: 'x' }, { authorization: 'k' }),
      ask => ask('POST', '/_standin/reset'),
    ]
    const seen = new Set<string>()
    for (let round = 0; round < 25; round++) {
      const space = round % 2 ? '/spaces/a' : ''
      const { ask, root } = await owing(space)
      const asked = Array.from({ length: 12 }, async () => {
        const i = random.int(requests.length)
        for (let turns = random.int(4); turns > 0; turns--) await turn()
        const answer = await requests[i]?.(ask)
        seen.add(`${i}: ${answer && answer.status >= 500 ? `${answer.status} ${answer.text}` : 'answered'}`)
      })
      for (let turns = random.int(4); turns > 0; turns--) await turn()
      const end = space ? root('DELETE', '/spaces/a') : ask('POST', '/_standin/reset')
      expect([204, 409]).toContain((await end).status)
      await Promise.all(asked)
      if (space) expect((await root('GET', '/spaces')).status).toBe(200)
    }
    expect([...seen].filter(text => !text.endsWith('answered'))).toEqual([])
  })
})

describe('a page of another site', () => {
  const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const frame = { ...link, 'sec-fetch-dest': 'iframe' }
  const own = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }

  it('makes no space with an image, a frame or a link, and its own page with no GET', async () => {
    const { ask, app, spaces } = await testServer()
    for (const path of ['/spaces/a/_standin/health', '/spaces/b/acme/api/things/x']) {
      for (const from of [image, frame]) expect((await ask('GET', path, undefined, from)).status, path).toBe(403)
      for (const from of [link, own])
        expect((await ask('GET', path, undefined, from)).json, path).toMatchObject({ status: 404, code: 'not_found' })
      expect((await app.request(path, { method: 'HEAD', headers: own })).status, path).toBe(404)
    }
    for (const from of [
      { 'sec-fetch-mode': 'no-cors' },
      { 'sec-fetch-dest': 'image' },
      { 'sec-fetch-user': '?1' },
      { referer: 'http://evil.example/page' },
      { referer: 'http://localhost:8080/' },
      { referer: 'about:blank' },
    ] as Record<string, string>[])
      for (const method of ['GET', 'HEAD']) {
        const answer = await app.request('/spaces/c/_standin/health', { method, headers: from })
        expect(answer.status, JSON.stringify(from)).toBe(404)
      }
    expect(await spaces.list()).toEqual([])
    expect((await ask('GET', '/spaces/d/_standin/health', undefined, { referer: 'http://localhost/' })).status).toBe(
      200,
    )
    // As Node's fetch sends it.
    expect((await ask('GET', '/spaces/e/_standin/health', undefined, { 'sec-fetch-mode': 'cors' })).status).toBe(200)
    expect((await ask('GET', '/_standin/health', undefined, link)).status).toBe(200)
    expect((await ask('GET', '/_standin/health', undefined, image)).status).toBe(403)
    expect((await ask('PUT', '/spaces/a', {}, own)).status).toBe(201)
    expect((await ask('GET', '/spaces/a/_standin/health', undefined, own)).status).toBe(200)
  })
})

describe('an idle space', () => {
  it('is deleted after the stated time, unless it owes something or is in use', async () => {
    const { spaces, emulator, root } = await owing('/spaces/owing', { idleMs: 20 })
    await root('PUT', '/spaces/idle', {})
    await root('PUT', '/spaces/used', {})
    const leave = spaces.use('used')
    const names = async () => (await spaces.list()).map(({ name }) => name)
    expect(await names()).toEqual(['owing', 'idle', 'used'])
    const until = async (expected: string[]) => {
      while (JSON.stringify(await names()) !== JSON.stringify(expected))
        await new Promise<void>(resolve => void emulator.clock.alarm(20, resolve))
    }
    await until(['owing', 'used'])
    leave()
    await until(['owing'])
    expect((await root('POST', '/spaces/owing/_standin/deliveries/dl_1/cancel')).status).toBe(200)
    await until([])
  })
})

describe('clients that leave', () => {
  it('with pipelined requests behind one that waits leave nothing in use, and what they asked for is carried out', async () => {
    const { app, spaces, root } = await owing('/spaces/a')
    const server = await listen(app, { host: '127.0.0.1', port: 0 })
    const { emulator: own } = await spaces.enter('a')
    const listening = countListeners(own)
    const warnings: Error[] = []
    const warn = (warning: Error) => warnings.push(warning)
    process.on('warning', warn)
    onTestFinished(() => void process.off('warning', warn))
    let [entered, inUse] = [0, 0]
    let look = () => {}
    const { use } = spaces
    spaces.use = name => {
      const leave = use(name)
      entered++
      inUse++
      look()
      return () => {
        inUse--
        leave()
        look()
      }
    }
    const until = (holds: () => boolean) =>
      new Promise<void>(resolve => {
        look = () => holds() && resolve()
        look()
      })
    own.journal.listen(() => look())
    const body = '{"name":"t_1"}'
    const head = (line: string, ...more: string[]) =>
      [`${line} HTTP/1.1`, 'Host: localhost', ...more, '', ''].join('\r\n')
    const wait = head('GET /spaces/a/_standin/deliveries/dl_1/wait?timeout=1h')
    const behind = [
      wait,
      head('GET /spaces/a/_standin/health'),
      head('GET /spaces/a/_standin/journal'),
      head('POST /spaces/a/acme/api/things', 'Authorization: k', `Content-Length: ${body.length}`) + body,
    ]
    const clients = Array.from({ length: 20 }, () => connect(server.port, '127.0.0.1'))
    for (const client of clients) client.write([wait, ...behind].join(''))
    await until(() => entered === 100)
    for (const client of clients) client.destroy()
    const made = () => own.ledger.events({ type: 'thing.made' }, { limit: 100 }).length
    await until(() => inUse === 0 && made() === 21)
    await turn()
    expect([listening(), warnings]).toEqual([1, []])
    expect((await root('GET', '/spaces/a/_standin/health')).status).toBe(200)
    await server.close(new Promise(() => {}))
  })
})

describe('HEAD of the journal', () => {
  it('is answered and leaves nothing behind', async () => {
    const { app, emulator } = await testServer()
    const server = await listen(app, { host: '127.0.0.1', port: 0 })
    const listening = countListeners(emulator)
    const answer = await fetch(`${server.url}/_standin/journal`, { method: 'HEAD' })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    await server.close()
    await turn()
    expect(listening()).toBe(0)
  })
})
