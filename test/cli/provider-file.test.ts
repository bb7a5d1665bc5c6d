// --provider-file: a provider of the user's own, and invalid files, each with one clear error.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, inject, it, onTestFinished } from 'vitest'
import { hmacSha256 } from '../../src/provider/signing.js'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const ACME = join(inject('built'), 'examples/provider/acme.js')

it('events --provider-file lists its event types, and shows one with schema and sample', async () => {
  const all = await standin(['events', 'acme', '--provider-file', ACME, '--json'])
  expect(all.code).toBe(0)
  expect(all.records().flatMap(({ kind, name }) => (kind === 'eventType' ? [name] : []))).toEqual([
    'parcel.shipped',
    'parcel.delivered',
  ])
  const one = await standin([
    'events',
    'acme',
    'parcel.delivered',
    '--variant',
    'letterbox',
    '--provider-file',
    ACME,
    '--json',
  ])
  expect(one.records()[0]).toMatchObject({ sample: { event: 'parcel.delivered', parcel: { signed_by: null } } })
})

it('trigger --provider-file sends a signed event and retries by its schedule', async () => {
  const receiver = await testReceiver([500, 503, 200])
  const run = await standin([
    ...['trigger', 'acme', 'parcel.shipped', '--provider-file', ACME, '--to', receiver.url],
    ...['--secret', 'acme_key', '--subject', 'order-1', '--set', 'parcel.weight_grams=99', '--speed', 'max', '--json'],
  ])
  expect(run.code).toBe(0)
  expect(run.records().at(-1)).toMatchObject({ status: 'delivered', attempts: 3, skippedMs: 330_000 })
  expect(receiver.requests).toHaveLength(3)
  for (const { headers, body } of receiver.requests) {
    expect(JSON.parse(body)).toMatchObject({ event: 'parcel.shipped', parcel: { weight_grams: 99 } })
    const signature = hmacSha256('acme_key', `${headers['acme-timestamp']}.${body}`, 'hex')
    expect(headers['acme-signature']).toBe(signature)
  }
})

it('serve --provider-file serves it beside the built-in ones', async () => {
  const receiver = await testReceiver()
  const cli = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--provider-file', ACME, '--json'])
  onTestFinished(async () => void (await cli.end()))
  const { url } = await cli.record(({ kind }) => kind === 'listening')
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: answer.status, body: (await answer.json()) as { id: string; deliveries: { id: string }[] } }
  }
  const { items } = (await (await fetch(`${url}/_standin/providers`)).json()) as { items: { name: string }[] }
  expect(items.map(({ name }) => name)).toContain('acme')
  expect(items.length).toBeGreaterThan(1)
  expect((await post('/_standin/subscriptions', { provider: 'acme', url: receiver.url })).status).toBe(201)
  const { status, body } = await post('/_standin/events', { provider: 'acme', type: 'parcel.delivered' })
  expect(status).toBe(202)
  const waited = await fetch(`${url}/_standin/deliveries/${body.deliveries[0]?.id}/wait?until=settled&timeout=2m`)
  expect(await waited.json()).toMatchObject({ met: true, delivery: { status: 'delivered' } })
  expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({ event: 'parcel.delivered' })
  expect((await cli.end()).code).toBe(0)
})

it('serve goes on when a provider file throws or rejects later, and tells it in the journal', async () => {
  const receiver = await testReceiver()
  const file = join(temporaryFolder(), 'later.mjs')
  const later = `
    const load = acme.channels[0].load
    const fails = async () => { throw new Error('rejected later') }
    const channel = { ...acme.channels[0], load: async () => {
      const behaviour = await load()
      return { ...behaviour, sign: input => {
        fails()
        setImmediate(() => { throw new Error('thrown later') })
        return behaviour.sign(input)
      } }
    } }
    export default { ...acme, channels: [channel] }`
  writeFileSync(file, withAcme(later))
  const cli = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--provider-file', file, '--json'])
  onTestFinished(async () => void (await cli.end()))
  const { url } = await cli.record(({ kind }) => kind === 'listening')
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return (await answer.json()) as { deliveries: { id: string }[] }
  }
  await post('/_standin/subscriptions', { provider: 'acme', url: receiver.url })
  const { deliveries } = await post('/_standin/events', { provider: 'acme', type: 'parcel.delivered' })
  const waited = await fetch(`${url}/_standin/deliveries/${deliveries[0]?.id}/wait?until=settled&timeout=2m`)
  expect(await waited.json()).toMatchObject({ met: true, delivery: { status: 'delivered' } })
  await cli.said('rejected later')
  await cli.said('thrown later')
  expect((await fetch(`${url}/_standin/health`)).status).toBe(200)
  expect((await cli.end()).code).toBe(0)
})

const withAcme = (code: string) => `import { acme } from ${JSON.stringify(pathToFileURL(ACME).href)}\n${code}\n`

it.each([
  ['a missing file', undefined, 'The provider file does not exist.'],
  ['a file that is not JavaScript', 'export default {', 'Cannot load the provider file'],
  [
    'a package that is not installed',
    "import 'no-such-package-here'",
    'imports "no-such-package-here", which is not installed',
  ],
  ['a file without a provider', 'export const answer = 42', 'The provider file exports no provider.'],
  ['a provider without channels', "export default { name: 'acme', load: async () => ({}) }", 'Invalid provider "acme"'],
  [
    'a name that exists already',
    withAcme("export default { ...acme, name: 'standard' }"),
    'A provider named "standard" already exists.',
  ],
  ['an invalid name', withAcme("export default { ...acme, name: 'Acme Inc' }"), 'name must be lower-case letters'],
  [
    'a payload that does not fit its schema',
    withAcme(`const [webhooks] = acme.channels
export default { ...acme, channels: [{ ...webhooks, load: async () => {
  const loaded = await webhooks.load()
  const definition = (type, settings) => {
    const found = loaded.definition(type, settings)
    return found && { ...found, make: () => ({ event: type }) }
  }
  return { ...loaded, definition }
} }] }`),
    'channels.webhooks.parcel.shipped its payload does not fit its schema: at:',
  ],
  [
    'an assumption about no setting',
    withAcme("export default { ...acme, assumptions: [{ ...acme.assumptions[0], name: 'timeout' }] }"),
    'assumptions.timeout there is no subscription setting of this name',
  ],
])('rejects %s with an error that names the place', async (_, code, message) => {
  const file = join(temporaryFolder(), 'provider.mjs')
  if (code !== undefined) writeFileSync(file, code)
  const run = await standin(['events', '--provider-file', file, '--json'])
  expect(run.code).toBe(2)
  expect(run.records()).toHaveLength(1)
  expect(run.records()[0]).toMatchObject({ kind: 'error', code: 'invalid_file', where: file })
  expect(String(run.records()[0]?.message)).toContain(message)
  expect(run.stderr).not.toContain('fault in Standin')
})

it('names a provider file whose signer never ends in the check', async () => {
  const file = join(temporaryFolder(), 'provider.mjs')
  writeFileSync(
    file,
    withAcme(`const [webhooks] = acme.channels
const load = async () => ({ ...(await webhooks.load()), sign: () => new Promise(() => {}) })
export default { ...acme, channels: [{ ...webhooks, load }] }`),
  )
  const run = await standin(['serve', '--provider-file', file, '--json'])
  expect(run.code).toBe(2)
  expect(run.records()[0]).toMatchObject({ kind: 'error', code: 'invalid_file', where: file })
  expect(String(run.records()[0]?.message)).toContain('The check of the provider "acme" did not finish')
})

it.each(['events', 'serve'])('%s names a provider file whose top level never ends', async command => {
  const file = join(temporaryFolder(), 'provider.mjs')
  writeFileSync(file, 'await new Promise(() => {})\nexport default {}\n')
  const run = await standin([command, '--provider-file', file, '--json'])
  expect(run.code).toBe(2)
  expect(run.records()).toHaveLength(1)
  expect(run.records()[0]).toMatchObject({ kind: 'error', code: 'invalid_file', where: file })
  expect(String(run.records()[0]?.message)).toContain('did not finish loading')
})

it('serve stops with exit code 0 while a signer never ends', async () => {
  const file = join(temporaryFolder(), 'provider.mjs')
  writeFileSync(
    file,
    withAcme(`import { writeSync } from 'node:fs'
const [webhooks] = acme.channels
const load = async () => {
  const loaded = await webhooks.load()
  const never = () => new Promise(() => void writeSync(2, 'signing\\n'))
  return { ...loaded, sign: input => (input.secret === 'hang' ? never() : loaded.sign(input)) }
}
export default { ...acme, channels: [{ ...webhooks, load }] }`),
  )
  const serving = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--provider-file', file, '--json'])
  const { url } = await serving.record(({ kind }) => kind === 'listening')
  const ask = (path: string, body: object) =>
    fetch(`${url}/_standin/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await ask('subscriptions', { provider: 'acme', url: 'http://127.0.0.1:9/', secret: 'hang' })).status).toBe(
    201,
  )
  expect((await ask('events', { provider: 'acme', type: 'parcel.shipped' })).status).toBe(202)
  await serving.said('signing')
  expect((await serving.end('SIGTERM')).code).toBe(0)
})

it('lists every issue with its place', async () => {
  const file = join(temporaryFolder(), 'provider.mjs')
  writeFileSync(file, withAcme('export default { ...acme, title: undefined, about: undefined }'))
  const { code, stderr } = await standin([
    'trigger',
    'acme',
    'parcel.shipped',
    '--provider-file',
    file,
    '--to',
    'http://127.0.0.1:9/',
  ])
  expect(code).toBe(2)
  expect(stderr).toContain('(and 1 more)')
  expect(stderr).toMatch(/- title: .*\n.*- about: /)
})
