// A receiver over real sockets: what it answers, what it keeps, whom it refuses.
import { request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import { type ReceiverOptions, startReceiver } from '../../src/receiver/receiver.js'

async function receiver(options: ReceiverOptions = {}) {
  const started = await startReceiver(systemClock(), options)
  onTestFinished(() => started.close())
  return started
}

const post = async (url: string, body = '{}') => {
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' })
  return { status: answer.status, headers: answer.headers, body: await answer.text() }
}

describe('answers', () => {
  it('follow the script and repeat the last', async () => {
    const { url } = await receiver({ answers: [500, '3xx', 201] })
    const got = [await post(url), await post(url), await post(url), await post(url)]
    expect(got.map(({ status }) => status)).toEqual([500, 302, 201, 201])
    expect(got[1]?.headers.get('location')).toBe('/elsewhere')
  })

  it('carry the headers and body that are written', async () => {
    const { url } = await receiver({ answers: { status: 429, headers: { 'retry-after': '7' }, body: 'slowly' } })
    const got = await post(url)
    expect([got.status, got.headers.get('retry-after'), got.body]).toEqual([429, '7', 'slowly'])
  })

  it('start over for each body where the script is per body', async () => {
    const { url } = await receiver({ answers: [500, 200], scriptPer: 'body' })
    const statuses = []
    for (const body of ['a', 'b', 'a', 'b']) statuses.push((await post(url, body)).status)
    expect(statuses).toEqual([500, 500, 200, 200])
  })

  it('start over for each key of one’s own', async () => {
    const { url } = await receiver({ answers: [500, 200], scriptPer: ({ path }) => path })
    const statuses = []
    for (const path of ['/a', '/b', '/a']) statuses.push((await post(url + path)).status)
    expect(statuses).toEqual([500, 500, 200])
  })

  it('are those of another script from now on', async () => {
    const { url, answer } = await receiver({ answers: 500 })
    expect((await post(url)).status).toBe(500)
    answer([503, 200])
    expect((await post(url)).status).toBe(503)
    expect((await post(url)).status).toBe(200)
  })

  it('may be a cut connection, or none at all', async () => {
    const { url, requests, close, next } = await receiver({ answers: ['reset', 'timeout'] })
    await expect(post(url)).rejects.toThrow()
    const unanswered = post(url)
    await next(({ number }) => number === 2)
    await close()
    await expect(unanswered).rejects.toThrow()
    expect(requests.map(({ answer }) => answer)).toEqual(['reset', 'timeout'])
  })

  it('come after their delay', async () => {
    const { url } = await receiver({ answers: '200@150ms' })
    const began = performance.now()
    await post(url)
    expect(performance.now() - began).toBeGreaterThanOrEqual(149)
  })
})

describe('requests', () => {
  it('are kept with the spelling and order of their headers and their exact bytes', async () => {
    const { url, requests } = await receiver()
    const bytes = Buffer.from([0x7b, 0x7d, 0xff])
    await new Promise<void>((resolve, reject) => {
      const sending = request(`${url}/in?x=1`, { method: 'PUT', headers: { 'X-Signature': 'abc', 'x-Lower': 'd' } })
      sending.on('response', response => response.resume().on('end', resolve))
      sending.on('error', reject)
      sending.end(bytes)
    })
    const [got] = requests
    expect(got).toMatchObject({ number: 1, method: 'PUT', path: '/in?x=1', json: undefined, answer: '200' })
    expect(got?.rawHeaders.slice(0, 2)).toEqual([
      ['X-Signature', 'abc'],
      ['x-Lower', 'd'],
    ])
    expect(got?.headers['x-signature']).toBe('abc')
    expect(Buffer.from(got?.bytes ?? [])).toEqual(bytes)
  })

  it('are waited for: one that came, one to come, none in time', async () => {
    const { url, next } = await receiver()
    await post(url, '{"n":1}')
    expect((await next()).json).toEqual({ n: 1 })
    const second = next(({ json }) => (json as { n: number }).n === 2)
    await post(url, '{"n":2}')
    expect((await second).number).toBe(2)
    await expect(next(({ method }) => method === 'PATCH', 20)).rejects.toMatchObject({
      code: 'timed_out',
      message: 'No fitting request came within 20 ms (2 came in all).',
    })
  })

  it('are forgotten on demand, with the script at its beginning', async () => {
    const { url, requests, clear } = await receiver({ answers: [500, 200] })
    await post(url)
    clear()
    expect(requests).toEqual([])
    expect((await post(url)).status).toBe(500)
  })

  it('beyond the number kept push the oldest out', async () => {
    const { url, requests } = await receiver({ keep: 2 })
    for (const body of ['1', '2', '3']) await post(url, body)
    expect(requests.map(({ body }) => body)).toEqual(['2', '3'])
  })

  it('with an invalid signature get 401, use up no answer and show why', async () => {
    const { url, requests } = await receiver({
      answers: [500, 200],
      check: ({ body }) => ({ verdict: body === 'forged' ? 'invalid' : 'valid', reason: 'seen' }),
    })
    expect((await post(url, 'forged')).status).toBe(401)
    expect((await post(url, 'good')).status).toBe(500)
    expect(requests.map(({ verdict }) => verdict?.verdict)).toEqual(['invalid', 'valid'])
  })
})

it('a port in use is said so', async () => {
  const { url } = await receiver()
  const port = Number(new URL(url).port)
  await expect(startReceiver(systemClock(), { port })).rejects.toMatchObject({ code: 'port_in_use', where: 'port' })
})
