// Receivers for the tests of the checks: a correct one for each provider, and the same with exactly one flaw.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.js'
import { testReceiver } from '../support/receiver.js'

export const WHSEC = 'whsec_A1B2C3D4E5F6G7H8I9J0K1L2M3N4O5P6Q7R8S9T0U1V2W3X4Y5Z6'
export const KEY = 'the key of the flow'
export const BASIC = 'hooks:correct horse battery'

export type Dialect = 'rillis' | 'transaction' | 'kycgenie' | 'unico'

/** One request on its way through the receiver. */
export interface Visit {
  request: IncomingMessage
  response: ServerResponse
  /** Requests so far, this one included. */
  number: number
  header(name: string): string | undefined
  bytes: Buffer
  text: string
}

/** What a flaw replaces; everything left out stays correct. */
export interface Flaw {
  /** Runs before everything else; true: it has answered (or never will). */
  first?(visit: Visit, receiver: { good(): Promise<void> }): boolean | Promise<boolean>
  /** Checks the signature or credentials. */
  trusted?(visit: Visit, good: () => boolean): boolean
  decode?(bytes: Buffer): string
  parse?(text: string): Json
  /** Status for a body that is not a JSON object. */
  malformed?: number
  /** Throws for an event it cannot handle: answered 500 with the error's text. */
  understand?(event: JsonObject): void
  /** What events are known by; default their idempotency key. */
  key?(event: JsonObject, key: string, visit: Visit): string
  /** Takes the place of acting on a trusted event before the answer; `good` acts. */
  act?(visit: Visit, event: JsonObject, good: () => Promise<void>): void | Promise<void>
  /** Runs for an event whose sender is not trusted, before the answer; `known` holds what events are known by. */
  untrusted?(event: JsonObject, act: () => Promise<void>, known: Set<string>): void | Promise<void>
  /** What subjects share one state by. */
  sharedBy?(event: JsonObject): string
  /** Shows the newest state for every subject. */
  isOneState?: boolean
  /** Stores no state that is older than the newest of any subject. */
  isOneTime?: boolean
  /** Remembers so many events. */
  remembers?: number
  /** Acts on a known event again. */
  again?: boolean
  /** Looks first and acts later. */
  racy?: boolean
  /** Forgets that it has acted on an event when the connection breaks. */
  forgetful?: boolean
  /** Whether a new state replaces the old one; default by time of the event. */
  stands?(old: State, now: State): boolean
  /** Stores a state only for subjects that the application made itself, which it never does here. */
  onlyKnownSubjects?: boolean
  /** Stores the state of a known event again. */
  restates?: boolean
  /** Acts on a body although it is incomplete. */
  hasty?: boolean
  /** Timeout for the body, real ms. */
  patienceMs?: number
  /** Decodes each piece of a body by itself. */
  isDecodedByPieces?: boolean
  /** Maximum pieces of a body. */
  mostPieces?: number
  onServer?(server: Server): void
  method?: number
  status?: number
  /** The body of responses that refuse. */
  says?(visit: Visit): string
}

export interface State {
  status: string
  at: number
}

const FRESH = 300

function canonical(value: Json): string {
  if (Array.isArray(value)) {
    // Each level takes one frame: code that is not compiled yet, as on a busy machine, has no room for thousands of deeper ones.
    let items = ''
    for (const item of value) items += `${items && ','}${canonical(item)}`
    return `[${items}]`
  }
  if (!isJsonObject(value)) return JSON.stringify(value)
  const parts = Object.keys(value)
    .sort()
    .map(key => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`)
  return `{${parts.join(',')}}`
}

/** What is signed, by provider; exported so that flaws can sign it wrongly. */
export function signedText(dialect: Dialect, visit: Visit, body = visit.text): string {
  if (dialect === 'rillis') return `${visit.header('x-timestamp')}.${canonical(JSON.parse(body) as Json)}`
  return `${visit.header('webhook-id')}.${visit.header('webhook-timestamp')}.${body}`
}

export function hmac(dialect: Dialect, text: string): string {
  return dialect === 'rillis'
    ? createHmac('sha256', KEY).update(text).digest('hex')
    : createHmac('sha256', Buffer.from(WHSEC.slice(6), 'base64'))
        .update(text)
        .digest('base64')
}

export const stampHeader = (dialect: Dialect) => (dialect === 'rillis' ? 'x-timestamp' : 'webhook-timestamp')
export const signatureHeader = (dialect: Dialect) => (dialect === 'rillis' ? 'x-signature' : 'webhook-signature')

export const same = (a: string, b: string) => {
  const given = Buffer.from(a)
  return given.length === Buffer.byteLength(b) && timingSafeEqual(given, Buffer.from(b))
}

export function isFresh(stamp: string | undefined): boolean {
  return /^\d{1,11}$/.test(stamp ?? '') && Math.abs(Date.now() / 1000 - Number(stamp)) <= FRESH
}

/** The signatures of the scheme's version in a header. */
export const signatures = (dialect: Dialect, header: string | undefined): string[] =>
  dialect === 'rillis' ? [header ?? ''] : (header ?? '').split(' ').flatMap(one => /^v1,(.*)$/.exec(one)?.[1] ?? [])

function goodTrust(dialect: Dialect, visit: Visit): boolean {
  if (dialect === 'transaction') return true
  if (dialect === 'unico')
    return same(visit.header('authorization') ?? '', `Basic ${Buffer.from(BASIC).toString('base64')}`)
  if (!isFresh(visit.header(stampHeader(dialect)))) return false
  const right = hmac(dialect, signedText(dialect, visit))
  return signatures(dialect, visit.header(signatureHeader(dialect))).some(one => same(one, right))
}

const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')

/** Subject, state and time of an event. */
function news(dialect: Dialect, event: JsonObject): { subject: string; state: State } | undefined {
  const data = isJsonObject(event.data) ? event.data : {}
  if (dialect === 'unico')
    return { subject: text(event.processId), state: { status: text(event.result), at: Number.NEGATIVE_INFINITY } }
  if (dialect === 'transaction') {
    const rank = ['PROGRESS', 'EVALUATION'].indexOf(text(event.state))
    return {
      subject: text(event.external_transaction_id),
      state: { status: text(event.state), at: rank < 0 ? 2 : rank },
    }
  }
  const ids = ['identity_id', 'onboarding_id', 'flow_instance_id', 'workflow_session_id']
  const subject = ids.map(id => text(data[id])).find(id => id !== '')
  const at = typeof event.timestamp === 'number' ? event.timestamp : Date.parse(text(event.created_at)) || 0
  return subject === undefined ? undefined : { subject, state: { status: text(data.status), at } }
}

function goodKey(dialect: Dialect, event: JsonObject): string {
  if (dialect === 'transaction') return `${text(event.external_transaction_id)}:${text(event.state)}`
  return text(dialect === 'unico' ? event.processId : event.id)
}

/** Some real time, ms, and then turns of the event loop, in which what has come meanwhile is seen however busy the machine is. */
export async function pause(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms))
  for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
}

/** Destroys a request that is not whole after so much real time, at the first moment at which nothing comes. */
async function giveUp(request: IncomingMessage, afterMs: number, received: () => number): Promise<void> {
  await pause(afterMs)
  for (let before = -1; before !== received(); ) {
    before = received()
    for (let turn = 0; turn < 3; turn++) await new Promise(resolve => setImmediate(resolve))
  }
  if (!request.complete) request.destroy()
}

/** Registers what runs when the test, alone or beside others, is over. */
export type OnFinished = (act: () => Promise<void>) => void

/** Listens until the test is over. */
export async function flawedReceiver(
  dialect: Dialect,
  flaw: Flaw,
  onTestFinished: OnFinished,
): Promise<{ url: string; observe: string }> {
  const effects = new Map<string, number>()
  const states = new Map<string, State>()
  const known = new Set<string>()
  const groups = new Map<string, Set<string>>()
  let number = 0
  let newest = Number.NEGATIVE_INFINITY

  const refuse = (visit: Visit, status: number) => {
    const said = flaw.says?.(visit) ?? 'no'
    visit.response.writeHead(status, { 'content-type': 'text/plain' }).end(said)
  }

  async function act(visit: Visit, event: JsonObject): Promise<void> {
    const key = goodKey(dialect, event)
    const knownBy = flaw.key?.(event, key, visit) ?? key
    const change = news(dialect, event)
    if (known.has(knownBy) && !flaw.again) {
      if (flaw.restates && change) states.set(change.subject, change.state)
      return
    }
    if (flaw.racy) await pause(5)
    known.add(knownBy)
    if (known.size > (flaw.remembers ?? Number.POSITIVE_INFINITY)) known.delete([...known][0] ?? '')
    effects.set(key, (effects.get(key) ?? 0) + 1)
    if (flaw.forgetful) {
      const { socket } = visit.request
      await new Promise<void>(resolve => {
        const over = () => resolve()
        socket.once('close', over)
        // A kept connection carries many requests.
        void pause(40)
          .then(over)
          .then(() => socket.off('close', over))
      })
      if (socket.destroyed) known.delete(knownBy)
    }
    if (change === undefined) return
    if (flaw.isOneTime && change.state.at < newest) return
    newest = Math.max(newest, change.state.at)
    const old = states.get(change.subject)
    const stands = flaw.stands ?? ((a, b) => b.at > a.at)
    if (old !== undefined && !stands(old, change.state)) return
    if (flaw.onlyKnownSubjects && old === undefined) return
    states.set(change.subject, change.state)
    if (flaw.sharedBy) {
      const group = groups.get(flaw.sharedBy(event)) ?? new Set()
      groups.set(flaw.sharedBy(event), group.add(change.subject))
      for (const subject of group) states.set(subject, change.state)
    }
    if (flaw.isOneState) for (const subject of states.keys()) states.set(subject, change.state)
  }

  async function handle(visit: Visit): Promise<void> {
    const { request, response, bytes } = visit
    if (request.method !== 'POST') return void response.writeHead(flaw.method ?? 405).end()
    if (bytes.length > 4_000_000) return void response.writeHead(413).end()
    const parse = flaw.parse ?? ((body: string) => JSON.parse(body) as Json)
    let event: Json
    try {
      if (!flaw.decode) new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      visit.text = flaw.decode?.(bytes) ?? bytes.toString('utf8')
      event = parse(visit.text)
    } catch {
      return refuse(visit, flaw.malformed ?? 400)
    }
    if (!isJsonObject(event)) return refuse(visit, flaw.malformed ?? 400)
    const good = () => goodTrust(dialect, visit)
    if (!(flaw.trusted ? flaw.trusted(visit, good) : good())) {
      await flaw.untrusted?.(event, () => act(visit, event), known)
      return refuse(visit, 401)
    }
    flaw.understand?.(event)
    if (flaw.act) await flaw.act(visit, event, () => act(visit, event))
    else await act(visit, event)
    if (response.headersSent) return
    response.writeHead(flaw.status ?? 200).end('ok')
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === '/observe') {
      const shown = { effects: Object.fromEntries(effects), states: {} as Record<string, string> }
      for (const [subject, { status }] of states) shown.states[subject] = status
      response.setHeader('content-type', 'application/json')
      return void response.end(JSON.stringify(shown))
    }
    const own = ++number
    const chunks: Buffer[] = []
    if (flaw.patienceMs !== undefined) void giveUp(request, flaw.patienceMs, () => chunks.length)
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      if (!flaw.hasty) return
    }
    if (chunks.length > (flaw.mostPieces ?? Number.POSITIVE_INFINITY)) return void response.writeHead(400).end()
    const bytes = flaw.isDecodedByPieces ? Buffer.from(chunks.map(String).join('')) : Buffer.concat(chunks)
    const header = (name: string) => {
      const value = request.headers[name]
      return typeof value === 'string' ? value : undefined
    }
    const visit: Visit = { request, response, number: own, header, bytes, text: '' }
    try {
      const good = () => handle(visit)
      if (await flaw.first?.(visit, { good })) return
      await good()
    } catch (error) {
      if (!response.headersSent) response.writeHead(500).end(flaw.says?.(visit) ?? String(error))
    }
  }

  const { url, origin } = await testReceiver({
    onRequest: (request, response) => void serve(request, response),
    onServer: server => {
      server.keepAliveTimeout = 75_000
      flaw.onServer?.(server)
    },
    onFinished: onTestFinished,
  })
  return { url, observe: `${origin}/observe` }
}
