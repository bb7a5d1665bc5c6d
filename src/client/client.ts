// The control API of a running server, typed.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createParser } from 'eventsource-parser'
import type { z } from 'zod'
import type { ActiveFault } from '../api/active-fault.js'
import type { Attempt } from '../api/attempt.js'
import type { Clock, Counts } from '../api/clock.js'
import type { Delivery, DeliveryDetail, deliveryQuery, ListedDelivery, resendInput } from '../api/delivery.js'
import type { Event, eventQuery } from '../api/event.js'
import type { Expectation } from '../api/expectation.js'
import type { ExpectationResult } from '../api/expectation-result.js'
import type { Health } from '../api/health.js'
import type { JournalEntry } from '../api/journal-entry.js'
import type { Page } from '../api/page.js'
import type { Provider, ProviderSummary } from '../api/provider.js'
import type { Recording } from '../api/recording.js'
import type { RunDetail } from '../api/run.js'
import type { SignatureAnswer, SignatureQuestion } from '../api/signature.js'
import type { Space, SpaceInput } from '../api/space.js'
import type { Subject, subjectQuery } from '../api/subject.js'
import type { Subscription, SubscriptionInput, subscriptionQuery } from '../api/subscription.js'
import type { Trigger } from '../api/trigger.js'
import type { TriggerResult } from '../api/trigger-result.js'
import { EmulatorError } from '../core/errors.js'
import type { Json, JsonObject } from '../core/json.js'
import { problemError, unreachable } from './server-errors.js'

/** Address of `serve` by default. */
const DEFAULT_SERVER = 'http://127.0.0.1:4010'

/** Statuses that the client looks at. */
const NO_CONTENT = 204
const TIMED_OUT = 408

/** Items of one page; the most that the server gives. */
const PAGE_SIZE = 500

/** Filters of a list, without those of paging. */
type Filter<Query extends z.ZodType> = { [K in Exclude<keyof z.input<Query>, 'limit' | 'before'>]?: string | undefined }

/** Lists items newest first, at most `limit`, over as many pages as it takes. */
type List<Item, Query extends z.ZodType> = (filter: Filter<Query>, limit: number) => Promise<Item[]>

/** Every method throws an EmulatorError: `unreachable` if nothing responds, else with the server's own message. */
export interface Client {
  readonly server: string
  health(): Promise<Health>
  trigger(trigger: Trigger): Promise<TriggerResult>
  events: List<Event, typeof eventQuery>
  deliveries: List<ListedDelivery, typeof deliveryQuery>
  delivery(id: string): Promise<DeliveryDetail>
  attempt(id: string, number: number): Promise<Attempt>
  resend(id: string, input: z.input<typeof resendInput>): Promise<Attempt>
  cancel(id: string): Promise<Delivery>
  subscriptions: List<Subscription, typeof subscriptionQuery>
  subscription(id: string): Promise<Subscription>
  /** The new subscription, with its secret. */
  subscribe(input: SubscriptionInput): Promise<Subscription>
  unsubscribe(id: string): Promise<void>
  faults(): Promise<readonly ActiveFault[]>
  addFault(fault: JsonObject): Promise<ActiveFault>
  removeFault(id: string): Promise<void>
  clearFaults(): Promise<void>
  clock(): Promise<Clock>
  advance(by: number | string): Promise<Counts>
  drain(upTo: number | string | undefined): Promise<Counts>
  /** Resolves with `met: false` where the outcome did not come. */
  expect(expectation: Expectation): Promise<ExpectationResult>
  reset(): Promise<void>
  /** Starts a run of a scenario's text. */
  startRun(
    text: string,
    how: { to: string | undefined; vars: JsonObject; secret: string | undefined },
  ): Promise<RunDetail>
  run(id: string): Promise<RunDetail>
  cancelRun(id: string): Promise<RunDetail>
  subjects: List<Subject, typeof subjectQuery>
  provider(name: string): Promise<Provider>
  providers(): Promise<readonly ProviderSummary[]>
  providerSettings(name: string): Promise<JsonObject>
  /** What happened, written as a scenario. */
  recording(query: { format: 'yaml' | 'json'; provider: string | undefined; limit: number }): Promise<Recording>
  /** Makes a space where there is none of that name. */
  makeSpace(name: string, input: SpaceInput): Promise<Space>
  deleteSpace(name: string): Promise<void>
  /** Throws `invalid_input` where nothing is signed with a secret. */
  explainSignature(question: Partial<SignatureQuestion>): Promise<SignatureAnswer>
  /** What a route of the control API answers, as it is. */
  ask(method: 'GET' | 'POST', path: string, body?: Json): Promise<JsonObject>
  /** Entries of the journal from now on; resolves with what stops it once the server responds. */
  journal(onEntry: (entry: JournalEntry) => void, onEnd: (error?: Error) => void): Promise<() => void>
}

/** A JSON text; undefined if it is none. */
function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A body as it is sent: without what is undefined. */
const asJson = (body: object): Json => JSON.parse(JSON.stringify(body))

/** A client of one server. `server` may include a space: `http://127.0.0.1:4010/spaces/a`. */
export function createClient(options: { server: string | undefined; token: string | undefined }): Client {
  const { server = DEFAULT_SERVER, token } = options
  const base = server.replace(/\/+$/, '')
  const control = `${base}/_standin`
  const open = (method: string, url: string, body: Json | undefined, accept: string, type = 'application/json') =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = (new URL(url).protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method,
        headers: {
          accept,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': type }),
        },
      })
      request.on('response', resolve)
      request.on('error', error => reject(unreachable(base, error)))
      request.end(type === 'application/yaml' || body === undefined ? body : JSON.stringify(body))
    })
  /** The body of a 2xx response, or of another one that has it, which has `key` if it is a Standin server's. */
  const read = async <T extends object>(url: string, response: IncomingMessage, key?: keyof T): Promise<T> => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of response) chunks.push(Buffer.from(chunk))
    } catch (error) {
      throw unreachable(base, error instanceof Error ? error : new Error(String(error)))
    }
    const text = Buffer.concat(chunks).toString('utf8')
    const status = response.statusCode ?? 0
    const body = parsed<T>(text)
    const isResult = status === TIMED_OUT && body !== undefined && key !== undefined && key in body
    if ((status < 200 || status >= 300) && !isResult) throw problemError(url, status, parsed(text))
    if (typeof body === 'object' && body !== null && (key === undefined || key in body)) return body
    throw new EmulatorError(`The response from ${base} is not that of a Standin server.`, {
      code: 'unreachable',
      where: '--server',
      hint: 'Check the address and the port.',
    })
  }
  /** A call whose answer has no body. */
  const send = async (method: string, path: string, root = control): Promise<void> => {
    const url = `${root}${path}`
    const response = await open(method, url, undefined, 'application/json')
    if (response.statusCode === NO_CONTENT) response.resume()
    else await read<{ never: true }>(url, response, 'never')
  }
  const call = async <T extends object>(
    method: string,
    path: string,
    key?: keyof T,
    body?: Json,
    root = control,
  ): Promise<T> => {
    const url = `${root}${path}`
    return read<T>(url, await open(method, url, body, 'application/json'), key)
  }
  const list =
    <Item, Query extends z.ZodType>(path: string): List<Item, Query> =>
    async (filter, limit) => {
      const items: Item[] = []
      const query = new URLSearchParams()
      for (const [key, value] of Object.entries(filter)) if (typeof value === 'string') query.set(key, value)
      while (items.length < limit) {
        query.set('limit', String(Math.min(PAGE_SIZE, limit - items.length)))
        const page = await call<Page<Item>>('GET', `${path}?${query}`, 'items')
        items.push(...page.items)
        if (page.next === null) break
        query.set('before', page.next)
      }
      return items
    }
  const named = (path: string, name: string) => `${path}/${encodeURIComponent(name)}`
  return {
    server: base,
    health: () => call<Health>('GET', '/health', 'owed'),
    trigger: trigger => call<TriggerResult>('POST', '/events', 'deliveries', trigger),
    events: list('/events'),
    deliveries: list('/deliveries'),
    delivery: id => call<DeliveryDetail>('GET', named('/deliveries', id), 'attempts'),
    attempt: (id, number) => call<Attempt>('GET', `${named('/deliveries', id)}/attempts/${number}`, 'outcome'),
    resend: (id, input) => call<Attempt>('POST', `${named('/deliveries', id)}/resend`, 'outcome', input),
    cancel: id => call<Delivery>('POST', `${named('/deliveries', id)}/cancel`, 'dueAt'),
    subscriptions: list('/subscriptions'),
    subscription: id => call<Subscription>('GET', named('/subscriptions', id), 'eventTypes'),
    subscribe: input => call<Subscription>('POST', '/subscriptions', 'eventTypes', asJson(input)),
    unsubscribe: id => send('DELETE', named('/subscriptions', id)),
    faults: async () => (await call<{ items: ActiveFault[] }>('GET', '/faults', 'items')).items,
    addFault: fault => call<ActiveFault>('POST', '/faults', 'fired', fault),
    removeFault: id => send('DELETE', named('/faults', id)),
    clearFaults: () => send('DELETE', '/faults'),
    clock: () => call<Clock>('GET', '/clock', 'nextDue'),
    advance: by => call<Counts>('POST', '/clock/advance', 'waiting', { by }),
    drain: upTo => call<Counts>('POST', '/clock/drain', 'waiting', asJson({ upTo })),
    expect: expectation => call<ExpectationResult>('POST', '/expect', 'met', asJson(expectation)),
    reset: () => send('POST', '/reset'),
    startRun: async (text, { vars, ...how }) => {
      const query = new URLSearchParams({ vars: JSON.stringify(vars) })
      for (const [name, value] of Object.entries(how)) if (value !== undefined) query.set(name, value)
      const url = `${base}/_standin/runs?${query}`
      return read<RunDetail>(url, await open('POST', url, text, 'application/json', 'application/yaml'), 'steps')
    },
    run: id => call<RunDetail>('GET', named('/runs', id), 'steps'),
    cancelRun: id => call<RunDetail>('POST', `${named('/runs', id)}/cancel`, 'steps'),
    subjects: list('/subjects'),
    providers: async () => (await call<{ items: ProviderSummary[] }>('GET', '/providers', 'items')).items,
    provider: name => call<Provider>('GET', named('/providers', name), 'channels'),
    providerSettings: name => call<JsonObject>('GET', `${named('/providers', name)}/settings`),
    recording: ({ format, provider, limit }) => {
      const query = new URLSearchParams({ format, limit: String(limit), ...(provider !== undefined && { provider }) })
      return call<Recording>('GET', `/recording?${query}`, 'events')
    },
    makeSpace: (name, input) => call<Space>('PUT', named('/spaces', name), 'seed', asJson(input), base),
    deleteSpace: name => send('DELETE', named('/spaces', name), base),
    explainSignature: question => call<SignatureAnswer>('POST', '/explain-signature', 'steps', asJson(question)),
    ask: (method, path, body) => call<JsonObject>(method, path, undefined, body),
    journal: async (onEntry, onEnd) => {
      const url = `${base}/_standin/journal`
      const response = await open('GET', url, undefined, 'text/event-stream')
      const isStream = response.headers['content-type']?.startsWith('text/event-stream')
      if (response.statusCode !== 200 || !isStream) await read<JournalEntry>(url, response, 'kind')
      let isStopped = false
      const parser = createParser({
        onEvent: ({ event, data }) => {
          // `missed` is no entry: it marks a gap.
          if (event !== 'missed') onEntry(JSON.parse(data))
        },
      })
      response.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk))
      response.on('error', error => isStopped || onEnd(unreachable(base, error)))
      response.on('end', () => isStopped || onEnd())
      return () => {
        isStopped = true
        response.destroy()
      }
    },
  }
}
