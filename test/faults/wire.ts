// The other side of the wire for these tests: a bare TCP server that keeps every byte and answers when a request is whole.
import { createServer } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Attempt } from '../../src/core/delivery.js'
import type { ActiveFault, FaultInput } from '../../src/core/fault.js'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import type { SubscriptionInput, TriggerInput } from '../../src/provider/provider.js'
import { testEmulator } from '../support/emulator.js'

/** One connection, as it came. */
export interface Seen {
  /** Everything the other side wrote, as it arrived. */
  chunks: Buffer[]
  bytes: Buffer
  method: string
  /** Lower-case names. */
  headers: Record<string, string>
  /** Everything behind the head, framing and all. */
  body: Buffer
  /** How the other side ended it; undefined while it has not. */
  ended: 'closed' | 'reset' | undefined
  /** Real ms from first to last byte. */
  tookMs: number
}

/** Requests per connection are counted by their heads: with keep-alive several come one after the other. */
export interface Listener {
  url: string
  /** Each whole or broken request, in the order of their first bytes. */
  seen: Seen[]
  /** Resolves once a connection has ended in this way. */
  until(ended: 'closed' | 'reset'): Promise<void>
  /** Statuses that follow, the last one for ever. */
  statuses: number[]
  /** Most requests that were open at once. */
  mostOpen(): number
}

function parse(one: Seen): { whole: boolean } {
  const at = one.bytes.indexOf('\r\n\r\n')
  if (at < 0) return { whole: false }
  const [first = '', ...lines] = one.bytes.subarray(0, at).toString('latin1').split('\r\n')
  one.method = first.split(' ')[0] ?? ''
  one.headers = Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  )
  one.body = one.bytes.subarray(at + 4)
  if (one.headers['transfer-encoding'] === 'chunked')
    return { whole: one.body.toString('latin1').endsWith('0\r\n\r\n') }
  return { whole: one.body.length >= Number(one.headers['content-length'] ?? 0) }
}

/** Listens on a free port until the test is over. */
export async function listen(...statuses: number[]): Promise<Listener> {
  const waiting: { ended: Seen['ended']; tell: () => void }[] = []
  const seen: Seen[] = []
  let open = 0
  let most = 0
  const listener: Listener = {
    url: '',
    seen,
    statuses: statuses.length > 0 ? statuses : [200],
    until: ended =>
      new Promise(tell => {
        if (seen.some(one => one.ended === ended)) tell()
        else waiting.push({ ended, tell })
      }),
    mostOpen: () => most,
  }
  const blank = (): Seen => ({
    chunks: [],
    bytes: Buffer.alloc(0),
    method: '',
    headers: {},
    body: Buffer.alloc(0),
    ended: undefined,
    tookMs: 0,
  })
  const server = createServer(socket => {
    let last: Seen | undefined
    let whole = true
    let began = 0
    const end = (ended: 'closed' | 'reset') => {
      if (last === undefined) {
        last = blank()
        seen.push(last)
      }
      last.ended ??= ended
      for (const one of waiting) if (one.ended === ended) one.tell()
    }
    socket.on('data', chunk => {
      if (last === undefined || whole) {
        last = blank()
        whole = false
        began = performance.now()
        seen.push(last)
        most = Math.max(most, ++open)
      }
      last.chunks.push(chunk)
      last.bytes = Buffer.concat(last.chunks)
      last.tookMs = performance.now() - began
      whole = parse(last).whole
      if (whole) void answer()
    })
    /** Some turns later, so that requests that are under way at the same time are seen to be. */
    const answer = async () => {
      const status = listener.statuses.length > 1 ? listener.statuses.shift() : listener.statuses[0]
      for (let turn = 0; turn < 30; turn++) await new Promise(resolve => setImmediate(resolve))
      open--
      if (!socket.destroyed) socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 2\r\n\r\nok`)
    }
    socket.on('end', () => end('closed'))
    socket.on('error', () => end('reset'))
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  listener.url = `http://127.0.0.1:${port}/hook`
  onTestFinished(() => void server.close())
  return listener
}

export const KEY = 'a-rillis-webhook-key'
export const WHSEC = 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6'

/** An emulator with one subscription of each provider to a bare listener. */
export async function world(options: EmulatorOptions = {}, statuses: number[] = [200]) {
  const to = await listen(...statuses)
  const emulator = await testEmulator({ stamp: 'clock', ...options })
  const subscribe = (provider: string, input: Partial<SubscriptionInput> = {}) =>
    emulator.subscribe(provider, {
      url: to.url,
      secret: provider === 'rillis' ? KEY : provider === 'kycgenie' ? WHSEC : undefined,
      ...input,
    })
  return { emulator, to, subscribe }
}

/** A world with one subscription and one fault. */
export async function faulty(provider: string, fault: FaultInput, input: Partial<SubscriptionInput> = {}) {
  const w = await world()
  const subscription = await w.subscribe(provider, input)
  const added = await w.emulator.faults.add(fault)
  return { ...w, subscription, fault: added, now: () => found(w.emulator, added.id) }
}

export function found(emulator: Emulator, id: string): ActiveFault {
  const fault = emulator.faults.list().find(one => one.id === id)
  if (fault === undefined) throw new Error(`no fault ${id}`)
  return fault
}

/** A usual type of each provider. */
export const TYPES: Record<string, string> = {
  rillis: 'FLOW_COMPLETED',
  kycgenie: 'screening.completed',
  unico: 'process.finished.expired',
}

/** Triggers the provider's usual type, and answers the attempts once all that is due is done. */
export async function send(emulator: Emulator, provider: string, input: TriggerInput = {}): Promise<Attempt[]> {
  const { deliveries } = await emulator.trigger(provider, TYPES[provider] ?? '', input)
  await emulator.rest()
  return deliveries.flatMap(({ id }) => emulator.ledger.attempts(id))
}
