// One answer, one outcome: the same bytes from a receiver mean the same through every door.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock/system.js'
import type { Outcome } from '../../src/core/outcome.js'
import { createTransport } from '../../src/delivery/transport.js'
import { startStandin } from '../../src/testing/standin.js'
import { verifyReceiver } from '../../src/verify/verification.js'
import { standin, startCli } from '../support/cli.js'
import { temporaryFolder } from '../support/emulator.js'
import { testReceiver } from '../support/receiver.js'

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const head = (...lines: string[]) => `${['HTTP/1.1 200 OK', ...lines].join('\r\n')}\r\n\r\n`
const encoded = (coding: string, body: Buffer) =>
  Buffer.concat([Buffer.from(head(`content-encoding: ${coding}`, `content-length: ${body.length}`)), body])

/** An answer, the words of its outcome (undefined: answered 200), and its body as shown. */
const ANSWERS: [name: string, bytes: string | Buffer, words?: string, body?: string][] = [
  ['an unsolicited 100', `HTTP/1.1 100 Continue\r\n\r\n${OK}`],
  ['an unsolicited 102', `HTTP/1.1 102 Processing\r\n\r\n${OK}`],
  ['an unsolicited 103', `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${OK}`],
  ['equal lengths', `${head('content-length: 2', 'content-length: 2')}ok`],
  ['equal lengths in one line', `${head('content-length: 2, 2')}ok`],
  [
    'different lengths',
    `${head('content-length: 2', 'content-length: 3')}ok!`,
    'different values of Content-Length: 2 and 3',
  ],
  ['bare LF', 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok'],
  ['a folded header', `${head('x: a', '  b', 'content-length: 2')}ok`],
  ['trailers', `${head('transfer-encoding: chunked')}2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n`],
  ['no reason phrase', 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok'],
  ['100 kB of headers', `${head(`x: ${'x'.repeat(100_000)}`, 'content-length: 2')}ok`],
  ['half a body', `${head('content-length: 10')}abc`, 'Status 200, but'],
  ['half a chunk', `${head('transfer-encoding: chunked')}ff\r\nabc`, 'Status 200, but'],
  ['HTTP/2', Buffer.from('000000040000000000', 'hex'), 'answered with HTTP/2; Standin sends HTTP/1.1'],
  ['a TLS alert', Buffer.from('15030300020228', 'hex'), 'does its URL begin with https://'],
  ['gzip', encoded('gzip', gzipSync('ok'))],
  ['deflate', encoded('deflate', deflateSync('ok'))],
  ['raw deflate', encoded('deflate', deflateRawSync('ok'))],
  ['br', encoded('br', brotliCompressSync('ok'))],
  ['two codings', encoded('gzip, br', brotliCompressSync(gzipSync('ok')))],
  ['what is no gzip', encoded('gzip', Buffer.from('ok'))],
]

/** A receiver that gives these bytes to each request, once it is read, and closes. */
async function receiver(bytes: string | Buffer): Promise<string> {
  const { url } = await testReceiver({
    onSocket: socket => {
      let request = ''
      socket.on('data', data => {
        request += data.toString('latin1')
        const [headers = '', body] = request.split('\r\n\r\n')
        const length = Number(/content-length: (\d+)/i.exec(headers)?.[1] ?? Number.NaN)
        if (body === undefined) return
        if (Number.isNaN(length) ? request.endsWith('0\r\n\r\n') : Buffer.byteLength(body, 'latin1') >= length)
          socket.end(bytes)
      })
    },
  })
  return url
}

function judge({ kind, status, detail }: Outcome, words: string | undefined): void {
  if (words === undefined) expect({ kind, status, detail }).toEqual({ kind: 'answered', status: 200 })
  else {
    expect(kind).toBe('reset')
    expect(detail).toContain(words)
  }
}

describe.each(ANSWERS)('%s', (_name, bytes, words, body = 'ok') => {
  it.each([
    ['kept connections', { connections: 'kept' }, undefined],
    ['single connections', { connections: 'single' }, undefined],
    ['a fault on the wire', {}, { chunked: true }],
  ] as const)('over %s', async (_door, options, wire) => {
    const transport = createTransport({ clock: systemClock(), ...options })
    onTestFinished(() => transport.close())
    const message = { method: 'POST', url: await receiver(bytes), headers: [], body: '{}' }
    const { outcome, answer } = await transport.send({ ...message, headers: [] }, { timeoutMs: 120_000, wire })
    judge(outcome, words)
    expect(answer?.body).toBe(words === undefined ? body : undefined)
  })

  it('in a library and in verify', async () => {
    const url = await receiver(bytes)
    const emulator = await startStandin({ clock: 'manual' })
    onTestFinished(() => emulator.stop())
    await emulator.subscribe('standard', { url, settings: { maxAttempts: 1 } })
    const { deliveries } = await emulator.trigger('standard', 'invoice.paid')
    await emulator.drain()
    const outcome = emulator.view(deliveries[0]?.id ?? '').attempts[0]?.outcome
    judge(outcome ?? { kind: 'interrupted' }, words)
    const report = await verifyReceiver({
      provider: 'standard',
      to: url,
      secret: `whsec_${btoa('x'.repeat(32))}`,
      only: ['delivery/accepts'],
    })
    const [verdict] = report.verdicts
    expect(verdict?.status).toBe(words === undefined ? 'passed' : 'failed')
    if (words !== undefined) expect(JSON.stringify(verdict)).toContain(words)
  })
})

it('a gzip bomb is shown up to the bound, and its bytes are kept as they were sent', async () => {
  const bomb = gzipSync(Buffer.alloc(64 << 20, 'x'))
  const transport = createTransport({ clock: systemClock() })
  onTestFinished(() => transport.close())
  const message = { method: 'POST', url: await receiver(encoded('gzip', bomb)), headers: [], body: '{}' }
  const { answer } = await transport.send({ ...message, headers: [] }, { timeoutMs: 120_000 })
  expect(answer?.body).toBe('x'.repeat(64 * 1024))
  expect(answer?.bodyBytes).toBe(bomb.length)
  expect(Buffer.from(answer?.bodyBase64 ?? '', 'base64').equals(bomb.subarray(0, 64 * 1024))).toBe(true)
})

const STORY = `version: 1
name: One event
steps:
  - trigger: invoice.paid
`

it('on the command line', async () => {
  const story = join(temporaryFolder(), 'story.yaml')
  writeFileSync(story, STORY)
  const serving = startCli(['serve', '--port', '0', '--ledger', ':memory:', '--json'])
  const server = String((await serving.record(({ kind }) => kind === 'listening')).url)
  const subscriptions = `${server}/_standin/subscriptions`
  const headers = { 'content-type': 'application/json' }
  for (const [name, bytes, words] of ANSWERS) {
    if (!['an unsolicited 100', 'bare LF', 'half a body'].includes(name)) continue
    const url = await receiver(bytes)
    const body = JSON.stringify({ provider: 'standard', url, settings: { maxAttempts: 1 } })
    const { id } = (await (await fetch(subscriptions, { method: 'POST', headers, body })).json()) as { id: string }
    for (const [args, accepted] of [
      [
        ['trigger', 'standard', 'invoice.paid', '--speed', 'max', '--setting', 'maxAttempts=1', '--to', url],
        '"status":200',
      ],
      [['trigger', 'standard', 'invoice.paid', '--server', server], '"status":200'],
      [['run', story, '--to', url], '"delivered":1'],
    ] as const) {
      const { stdout } = await standin([...args, '--json'])
      expect(stdout, args.join(' ')).toContain(words ?? accepted)
    }
    await fetch(`${subscriptions}/${id}`, { method: 'DELETE' })
  }
})
