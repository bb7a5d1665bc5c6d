// `standin receive`: a real receiver that answers in order and verifies signatures.
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { standin, startCli } from '../support/cli.js'
import { testReceiver } from '../support/receiver.js'

async function receiving(...args: string[]) {
  const running = startCli(['receive', '--json', ...args])
  const { url } = await running.record(({ kind }) => kind === 'listening')
  // An answer may be here before the line that tells of it.
  const requests = async (count: number) => {
    const received = () => running.records().filter(({ kind }) => kind === 'request')
    await running.record(() => received().length >= count)
    return received()
  }
  return { ...running, url: String(url), requests }
}

/** The request of a provider as `--print json` gives it, sent with changes. */
async function signedRequest(args: string[], to: string) {
  const { records } = await standin(['trigger', ...args, '--to', to, '--print', 'json'])
  const [request] = records()
  const headers = Object.fromEntries(request?.headers as [string, string][])
  return { headers, body: String(request?.body) }
}

const post = async (url: string, { headers, body }: { headers: Record<string, string>; body: string }) =>
  (await fetch(url, { method: 'POST', headers, body })).status

describe('receive', () => {
  it('answers with the responses in order, repeats the last, and prints a line per request', async () => {
    const { url, requests, end } = await receiving('--answers', '500,3xx,204@20ms')
    const statuses: number[] = []
    for (let i = 0; i < 4; i++)
      statuses.push((await fetch(`${url}/in?a=1`, { method: 'POST', body: `n${i}`, redirect: 'manual' })).status)
    expect(statuses).toEqual([500, 302, 204, 204])
    const { code } = await end('SIGINT')
    expect(code).toBe(130)
    const received = await requests(4)
    expect(received.map(({ answer }) => answer)).toEqual(['500', '302', '204', '204'])
    expect(received[1]).toMatchObject({ method: 'POST', path: '/in?a=1', body: 'n1' })
  })

  it('resets a connection, and lets a request time out', async () => {
    const { url, record } = await receiving('--answers', 'reset,timeout')
    await expect(fetch(url, { method: 'POST', body: 'x' })).rejects.toThrow()
    const leave = new AbortController()
    const hanging = fetch(url, { method: 'POST', body: 'x', signal: leave.signal })
    await record(({ answer }) => answer === 'timeout')
    leave.abort()
    await expect(hanging).rejects.toThrow()
  })

  it('starts the responses over for each distinct body with --each-body', async () => {
    const { url } = await receiving('--answers', '500,200', '--each-body')
    const ask = async (body: string) => (await fetch(url, { method: 'POST', body })).status
    expect([await ask('a'), await ask('b'), await ask('a'), await ask('b')]).toEqual([500, 500, 200, 200])
  })

  it('accepts valid signatures, and gives the reason for rejecting others', async () => {
    const { url, requests } = await receiving('--provider', 'rillis', '--secret', 'k')
    const good = await signedRequest(['rillis', 'FLOW_COMPLETED', '--secret', 'k'], url)
    const other = await signedRequest(['rillis', 'FLOW_COMPLETED', '--secret', 'other'], url)
    const { 'x-signature': _gone, ...bare } = good.headers
    expect(await post(url, good)).toBe(200)
    expect(await post(url, other)).toBe(401)
    expect(await post(url, { ...good, headers: bare })).toBe(401)
    expect(await post(url, { ...good, body: good.body.replace('COMPLETED', 'COMPLETEDx') })).toBe(401)
    expect(await post(url, { ...good, headers: { ...good.headers, 'x-timestamp': 'soon' } })).toBe(401)
    expect(await post(url, { ...good, body: 'no json' })).toBe(401)
    const received = await requests(6)
    expect(received.map(({ signature }) => signature)).toEqual([
      'valid',
      'invalid',
      'invalid',
      'invalid',
      'invalid',
      'invalid',
    ])
    const reasons = received.map(({ reason }) => reason)
    expect(reasons[1]).toContain('another secret, or a changed body')
    expect(reasons[2]).toBe('the header x-signature is missing')
    expect(reasons[4]).toContain('x-timestamp is not a timestamp')
    expect(reasons[5]).toBe('the body is not JSON')
  })

  it('names the likely cause of an invalid signature, unless the body is too long to search', async () => {
    const { url, requests } = await receiving('--provider', 'rillis', '--secret', 'k')
    const now = Math.floor(Date.now() / 1000)
    const overRawBody = (body: string) => ({
      headers: {
        'x-timestamp': String(now),
        'x-signature': createHmac('sha256', 'k').update(`${now}.${body}`).digest('hex'),
      },
      body,
    })
    const body = (filler: string) => `{"type":"FLOW_COMPLETED","id":"1","data":{"status":"${filler}"}}`
    expect(await post(url, overRawBody(body('COMPLETED')))).toBe(401)
    expect(await post(url, overRawBody(body('x'.repeat(65_536))))).toBe(401)
    const [short, long] = (await requests(2)).map(({ reason }) => reason)
    expect(short).toContain('It was computed over the raw body instead of its JSON with sorted keys. Parse the body')
    expect(short).not.toContain('another secret')
    expect(long).toContain('another secret, or a changed body')
  })

  it('rejects a valid signature that is too old', async () => {
    const { url, requests } = await receiving('--provider', 'rillis', '--secret', 'k')
    const stale = ['--start', '2020-01-01T00:00:00Z', '--stamp', 'clock']
    expect(await post(url, await signedRequest(['rillis', 'FLOW_COMPLETED', '--secret', 'k', ...stale], url))).toBe(401)
    expect((await requests(1))[0]?.reason).toContain('the signature is valid, but its timestamp is')
  })

  it('verifies the scheme and credentials of every provider', async () => {
    const secret = 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6'
    for (const scheme of ['standard', 'hex-body', 'stripe']) {
      const setting = ['--setting', `signatureScheme=${scheme}`]
      const { url } = await receiving('--provider', 'kycgenie', '--secret', secret, ...setting)
      const request = await signedRequest(['kycgenie', 'response.created', '--secret', secret, ...setting], url)
      expect(await post(url, request)).toBe(200)
      expect(await post(url, { ...request, body: `${request.body} ` })).toBe(401)
    }
    const standard = await receiving('--provider', 'standard', '--secret', secret)
    const contact = await signedRequest(['standard', 'contact.created', '--secret', secret], standard.url)
    expect(await post(standard.url, contact)).toBe(200)
    expect(await post(standard.url, { ...contact, headers: { ...contact.headers, 'webhook-id': 'msg_1' } })).toBe(401)
    expect((await standard.requests(2)).map(({ signature }) => signature)).toEqual(['valid', 'invalid'])
    const basic = ['--setting', 'auth={"type":"basic","credentials":"user:pass"}']
    const { url, requests } = await receiving('--provider', 'unico', ...basic)
    const request = await signedRequest(['unico', 'process.finished.ok', ...basic], url)
    expect(await post(url, request)).toBe(200)
    expect(await post(url, { ...request, headers: { ...request.headers, Authorization: 'Basic bm9ib2R5' } })).toBe(401)
    expect((await requests(2)).map(({ signature }) => signature)).toEqual(['valid', 'invalid'])
  })

  it.each([
    ['a port in use', async () => ['--port', new URL((await testReceiver()).url).port], 'in use'],
    ['an answer that is none', async () => ['--answers', '500,20'], '"20" is not an answer'],
    ['a secret without a provider', async () => ['--secret', 'k'], '--provider P'],
    ['a secret that cannot be one', async () => ['--provider', 'kycgenie', '--secret', 'oops'], '"whsec_"'],
    ['an unknown setting', async () => ['--provider', 'rillis', '--setting', 'maxAttemps=1'], 'maxAttempts'],
    ['an unknown channel', async () => ['--provider', 'rillis', '--channel', 'flows'], 'Did you mean "flow"?'],
  ])('rejects %s with 2', async (_what, args, words) => {
    const { code, stderr, stdout } = await standin(['receive', ...(await args())])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(words)
  })
})
