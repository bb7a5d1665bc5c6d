// The signature debugger on the command line and over the control API.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isJsonObject, type JsonObject } from '../../src/core/json.js'
import { builtInProviders } from '../../src/providers/index.js'
import { standin } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testServer } from '../support/server.js'
import { hmac, sortedJson } from './crypto.js'

const SECRET = 'a-secret-of-the-flow'
const TS = '1738784271'
const BODY = '{"type":"FLOW_COMPLETED","id":"é","data":{"b":1,"a":2}}\n'
const GOOD = hmac(SECRET, `${TS}.${sortedJson(JSON.parse(BODY))}`)

function command(signature: string, ...more: string[]) {
  const file = join(temporaryFolder(), 'body.json')
  writeFileSync(file, BODY)
  const headers = ['--header', `X-Signature: ${signature}`, '--header', `x-timestamp:${TS}`]
  return standin(['explain-signature', 'rillis', '--secret', SECRET, '--body', file, ...headers, ...more])
}

describe('standin explain-signature', () => {
  it('exits with 0 and prints valid for a valid signature', async () => {
    const { code, stdout } = await command(GOOD)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^valid {2}rillis\/flow: The signature is valid\.\n/)
    expect(stdout).toContain(`expected  x-signature: ${GOOD}`)
    expect(stdout).not.toContain('received  ')
  })

  it('exits with 1 and prints cause, fix, steps and the exact header for an invalid one, without the secret', async () => {
    const { code, stdout, stderr } = await command(hmac(SECRET, `${TS}.${BODY}`))
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^invalid {2}rillis\/flow: It was computed over the raw body instead of its JSON with sorted keys\.\n/,
    )
    expect(stdout).toContain('  fix: Parse the body, sort its keys at every depth')
    expect(stdout).toContain('57 bytes')
    expect(stdout).toContain(`1738784271.${sortedJson(JSON.parse(BODY))}`)
    expect(stdout).toContain(`expected  x-signature: ${GOOD}`)
    expect(stdout + stderr).not.toContain(SECRET)
    expect(stderr).toContain('receivers reject more than 5 m,')
  })

  it('prints one record with --json, by settings too', async () => {
    const base64 = Buffer.from(GOOD, 'hex').toString('base64')
    const { code, records } = await command(base64, '--channel', 'flow', '--setting', 'signaturePrefix=k=', '--json')
    expect(code).toBe(1)
    expect(records()).toEqual([
      expect.objectContaining({
        kind: 'explanation',
        verdict: 'invalid',
        causes: [expect.objectContaining({ id: 'base64-for-hex' }), expect.objectContaining({ id: 'prefix-missing' })],
        expected: [
          { name: 'x-signature', value: `k=${GOOD}` },
          { name: 'x-timestamp', value: TS },
        ],
      }),
    ])
  })

  it('exits with 2 where it cannot run, and gives a hint', async () => {
    const runs = await Promise.all([
      standin(['explain-signature', 'rillis', '--secret', 's']),
      standin(['explain-signature', 'rillis', '--secret', 's', '--body', '/nowhere/at/all']),
      command(GOOD, '--header', 'nothing'),
      command(GOOD, '--setting', 'signaturPrefix=x'),
    ])
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    expect(runs[0]?.stderr).toContain('--body is missing')
    expect(runs[1]?.stderr).toContain('/nowhere/at/all')
    expect(runs[2]?.stderr).toContain("--header 'name: value'")
    expect(runs[3]?.stderr).toContain('Did you mean "signaturePrefix"?')
  })

  it('takes headers from the environment line by line, commas and all', async () => {
    const file = join(temporaryFolder(), 'body.json')
    writeFileSync(file, BODY)
    const env = {
      STANDIN_HEADER: `X-Webhook-Signature: t=${TS},v1=${hmac(SECRET, `${TS}.${BODY}`)}\nother: a, b`,
      STANDIN_SECRET: SECRET,
    }
    const args = ['explain-signature', 'kycgenie', '--body', file, '--setting', 'signatureScheme=stripe']
    expect(await standin(args, { env })).toMatchObject({ code: 0 })
  })
})

const RECEIVER = 'http://127.0.0.1:9/hooks'

/** A server whose receiver answers 401 to everything. */
async function refusedServer() {
  const refuse = () => new Response(null, { status: 401 })
  const started = await testServer({ providers: builtInProviders, inProcess: { [RECEIVER]: refuse } })
  onTestFinished(() => started.end())
  return started
}

const ids = (causes: unknown) =>
  Array.isArray(causes) ? causes.map(one => (isJsonObject(one) ? one.id : one)) : causes

describe('POST /_standin/explain-signature', () => {
  const question = { provider: 'rillis', secret: SECRET, body: BODY }

  it('explains a request given in full', async () => {
    const { ask } = await refusedServer()
    const headers = { 'X-Signature': hmac(`${SECRET}\n`, `${TS}.${sortedJson(JSON.parse(BODY))}`), 'x-timestamp': TS }
    const { status, json, text } = await ask('POST', '/_standin/explain-signature', { ...question, headers })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      verdict: 'invalid',
      channel: 'flow',
      expected: [{ name: 'x-signature', value: GOOD }, {}],
    })
    expect(ids(json.causes)).toEqual(['secret-with-newline'])
    expect(text).not.toContain(SECRET)
  })

  it('takes bytes that are no text, and the settings of the provider as defaults', async () => {
    const { ask } = await refusedServer()
    await ask('PATCH', '/_standin/providers/kycgenie/settings', { signatureScheme: 'hex-body' })
    const bytes = Buffer.from([0xff, 0x00, 0x0a])
    const headers = { 'x-webhook-signature': `sha256=${hmac(SECRET, bytes)}` }
    const bodyBase64 = bytes.toString('base64')
    const asked = { provider: 'kycgenie', secret: SECRET, bodyBase64, headers }
    expect((await ask('POST', '/_standin/explain-signature', asked)).json).toMatchObject({ verdict: 'valid' })
  })

  it("explains an attempt by its delivery's id, and what a receiver computed instead", async () => {
    const { ask, emulator } = await refusedServer()
    const settings = { signatureEncoding: 'base64' }
    await emulator.subscribe('rillis', { url: RECEIVER, secret: SECRET, settings })
    const { deliveries } = await emulator.trigger('rillis', 'FLOW_COMPLETED')
    await emulator.rest()
    const id = deliveries[0]?.id ?? ''
    const first = await ask('POST', '/_standin/explain-signature', { delivery: id, attempt: 1 })
    expect(first.json).toMatchObject({ verdict: 'valid', notes: [] })
    const { attempts, body } = emulator.view(id)
    const stamp = new Map(attempts[0]?.headers).get('x-timestamp')
    const computed = { 'X-Signature': hmac(SECRET, `${stamp}.${body}`) }
    const { json } = await ask('POST', '/_standin/explain-signature', { delivery: id, headers: computed })
    expect(ids(json.causes)).toEqual(['raw-body', 'hex-for-base64'])
    expect((await ask('POST', '/_standin/explain-signature', { delivery: id, attempt: 7 })).status).toBe(404)
    expect((await ask('POST', '/_standin/explain-signature', { delivery: 'dl_0' })).status).toBe(404)
  })

  it('an attempt before a rotation is explained with the secret of its time', async () => {
    const { ask, emulator } = await refusedServer()
    const { id } = await emulator.subscribe('kycgenie', { url: RECEIVER, eventTypes: ['screening.completed'] })
    const { deliveries } = await emulator.trigger('kycgenie', 'screening.completed')
    await emulator.rest()
    await emulator.rotateSecret(id)
    const { json } = await ask('POST', '/_standin/explain-signature', { delivery: deliveries[0]?.id ?? '', attempt: 1 })
    expect(json).toMatchObject({ verdict: 'valid' })
  })

  it.each<[string, JsonObject, string]>([
    ['no provider', { secret: 's', body: '' }, 'provider'],
    ['no secret', { provider: 'rillis', body: '' }, 'secret'],
    ['no body', { provider: 'rillis', secret: 's' }, 'body'],
    ['nothing signed there', { provider: 'unico', secret: 's', body: '{}' }, 'channel process'],
  ])('refuses a question with %s', async (_, asked, where) => {
    const { ask } = await refusedServer()
    const { status, json } = await ask('POST', '/_standin/explain-signature', asked)
    expect({ status, where: json.where }).toEqual({ status: 400, where })
    expect(json.hint).toEqual(expect.any(String))
  })
})
