// Requests for the fuzz: made from the OpenAPI document that the server gives, then changed in some places; all by a seeded stream.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.js'
import { stream } from '../../src/core/seed.js'
import type { OpenApiDocument } from '../support/openapi-check.js'
import { chance, HOSTILE_TEXTS, hostile, mutated, pick, sampler, written } from './json-values.js'
import { NOWHERE, ODD_HEADERS, SPACES, WRONG_DURATIONS, WRONG_QUERIES, WRONG_SEGMENTS } from './oddities.js'

/** A request as it is written to the socket. */
export interface FuzzRequest {
  method: string
  /** Percent-encoded, with the prefix of a space and the query. */
  path: string
  headers: Record<string, string>
  body: string | Buffer | undefined
}

/** An operation as the document describes it. */
interface Operation {
  id: string
  method: string
  path: string
  parameters: { name: string; in: string; required: boolean; schema: Json }[]
  contents: [type: string, schema: Json][]
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']

/** Operations that take as long as they are asked to: the key that says so, and a short time. */
const LASTING: Readonly<Record<string, [key: string, short: Json]>> = {
  expectOutcome: ['timeout', 1],
  verifyReceiver: ['timeout', 1],
  advanceClock: ['by', '1m'],
  drainClock: ['upTo', '1m'],
}

/** Seldom asked: a reset forgets what the other requests are about, and the document is large. */
const SELDOM = new Set(['reset', 'getOpenApi', 'dropSpace'])

/** Percent-encoded; a lone surrogate, which has no encoding, as the bytes that a careless client sends for it. */
const encoded = (text: string) =>
  [...text].map(one => (/\p{Surrogate}/u.test(one) ? '%ED%A0%80' : encodeURIComponent(one))).join('')

const scenariosIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yaml'))
    .map(name => readFileSync(join(folder, name), 'utf8'))

function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths as Record<string, Record<string, JsonObject & { operationId: string }>>).flatMap(
    ([path, item]) =>
      Object.entries(item).map(([method, { operationId, parameters, requestBody }]) => {
        const { content = {} } = (requestBody ?? {}) as { content?: Record<string, { schema?: Json }> }
        return {
          id: operationId,
          method: method.toUpperCase(),
          path,
          parameters: (parameters ?? []) as unknown as Operation['parameters'],
          contents: Object.entries(content).map(([type, { schema = {} }]): [string, Json] => [type, schema]),
        }
      }),
  )
}

/** Makes requests. `receivers` are URLs; `learn` takes the ids that an answer names, so that later requests are about things that exist. */
export function requestMaker(
  document: OpenApiDocument,
  { seed, receivers, logins }: { seed: number; receivers: readonly string[]; logins: readonly FuzzRequest[] },
): { next(): FuzzRequest; learn(request: FuzzRequest, answer: Json): void } {
  const random = stream(seed, 'fuzz')
  // What takes a body has more to be found.
  const operations = operationsOf(document).flatMap(one => (one.contents.length > 0 ? [one, one, one] : [one]))
  const scenarios = scenariosIn(join(import.meta.dirname, '../../scenarios'))
  const files = readdirSync(join(import.meta.dirname, '../../scenarios/standard'))
  const types = Object.keys(document.webhooks)
  const ids = new Map<string, Json[]>()
  const known = (name: string) => ids.get(name) ?? []
  const channels = [...new Set(types.map(name => name.split('.')[1] ?? ''))]
  const providers = [...new Set(types.map(name => name.split('.')[0] ?? ''))]
  const meant = (name: string): readonly Json[] | undefined => {
    if (name === 'provider') return providers
    if (name === 'channel') return channels
    if (name === 'file') return files
    if (name === 'url' || name === 'to' || name === 'observe') return receivers
    if (name === 'type' || name === 'eventTypes') return types.map(full => full.split('.').slice(2).join('.'))
    const plain = name.replace(/_?[iI]d$/, '') || 'id'
    return known(plain).length > 0 ? known(plain) : undefined
  }
  const schemas = document.components.schemas
  const sample = sampler(schemas, random, meant)

  /** Access tokens by where they are good for: `/spaces/a/rillis`. */
  const tokens = new Map<string, string>()
  const learnIds = (answer: Json): void => {
    if (Array.isArray(answer)) for (const one of answer.slice(0, 5)) learnIds(one)
    if (typeof answer !== 'object' || answer === null) return
    for (const [key, value] of Object.entries(answer)) {
      if (typeof value === 'object') learnIds(value)
      else if (/^(?:.*_)?id$|Id$/.test(key) && typeof value === 'string') {
        for (const name of [key.replace(/_?[iI]d$/, '') || 'id', 'id'])
          ids.set(name, [value, ...known(name).filter(other => other !== value)].slice(0, 40))
      }
    }
  }

  const parameterIn = (operation: Operation, template: string) =>
    template.replace(/\{([^}]+)\}/g, (_, name: string) => {
      if (chance(random, 12))
        return chance(random, 80) ? pick(random, WRONG_SEGMENTS) : encoded(pick(random, HOSTILE_TEXTS)(random))
      const schema = operation.parameters.find(one => one.in === 'path' && one.name === name)?.schema ?? {}
      return encoded(String(sample(schema, name)))
    })

  const queryOf = (operation: Operation): string => {
    const pairs = operation.parameters
      .filter(one => one.in === 'query' && (one.required || chance(random, 40)))
      .map(({ name, schema }) => {
        const value = chance(random, 25) ? pick(random, HOSTILE_TEXTS)(random) : sample(schema, name)
        return `${encoded(name)}=${encoded(typeof value === 'string' ? value : JSON.stringify(value))}`
      })
    if (operation.id === 'waitForDelivery')
      pairs.push(`timeout=${chance(random, 25) ? encoded(String(pick(random, WRONG_DURATIONS))) : 1}`)
    if (chance(random, 6)) pairs.push(pick(random, WRONG_QUERIES))
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`
  }

  const trigger = (): JsonObject => {
    const [provider = '', channel = '', ...type] = pick(random, types).split('.')
    return { provider, type: type.join('.'), ...(chance(random, 30) ? { channel } : {}) }
  }

  const bodyOf = (operation: Operation): { type: string; body: string | Buffer } | undefined => {
    if (operation.contents.length === 0)
      return chance(random, 8) ? { type: 'application/json', body: written(hostile(random), random) } : undefined
    const [type, schema] = pick(random, operation.contents)
    if (operation.id === 'startRun') {
      const text = pick(random, scenarios)
      const at = random.int(text.length)
      return {
        type,
        body: chance(random, 40)
          ? text
          : `${text.slice(0, at)}${written(hostile(random), random)}${text.slice(at + random.int(20))}`,
      }
    }
    let value = operation.id === 'triggerEvent' && chance(random, 60) ? trigger() : sample(schema, operation.id)
    for (let more = random.int(10); more > 4; more -= 2) value = mutated(value, random)
    const [key, short] = LASTING[operation.id] ?? []
    if (key !== undefined && short !== undefined && isJsonObject(value))
      value = { ...value, [key]: chance(random, 25) ? pick(random, WRONG_DURATIONS) : short }
    // A whole verification takes longer than all the rest.
    if (operation.id === 'verifyReceiver' && isJsonObject(value)) value = { ...value, only: ['no-such-check'] }
    if (type.includes('form'))
      return {
        type,
        body: Object.entries(isJsonObject(value) ? value : { value })
          .map(([key, one]) => `${encoded(key)}=${encoded(typeof one === 'string' ? one : JSON.stringify(one))}`)
          .join('&'),
      }
    const text = written(value, random)
    if (!chance(random, 8)) return { type, body: text }
    return {
      type,
      body: pick<(text: string) => string | Buffer>(random, [
        () => '',
        whole => whole.slice(0, random.int(whole.length + 1)),
        whole => `\ufeff${whole}`,
        whole => Buffer.from(whole, 'utf16le'),
        whole => Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from(whole)]),
        whole => `${whole}${whole}`,
        whole => whole.replaceAll('"', "'"),
        () => '\u0000',
        () => 'null',
      ])(text),
    }
  }

  /** The operation to ask for. */
  const operationOf = (): Operation => {
    const one = pick(random, operations)
    return SELDOM.has(one.id) && chance(random, 80) ? operationOf() : one
  }
  const MOUNT = /^(?:\/spaces\/[^/]+)?\/[^/]+/

  return {
    learn({ path }, answer) {
      if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return learnIds(answer)
      if (typeof answer.access_token === 'string') tokens.set(MOUNT.exec(path)?.[0] ?? '', answer.access_token)
      learnIds(answer)
    },
    next() {
      if (chance(random, 2)) {
        const login = pick(random, logins)
        return { ...login, path: `${pick(random, ['', '/spaces/a'])}${login.path}` }
      }
      const operation = operationOf()
      const inSpace = chance(random, 20) && !operation.path.startsWith('/spaces')
      const space = inSpace ? `/spaces/${chance(random, 50) ? pick(random, SPACES) : 'a'}` : ''
      const path = chance(random, 3)
        ? pick(random, NOWHERE)
        : `${parameterIn(operation, operation.path)}${queryOf(operation)}`
      const method = chance(random, 8) ? pick(random, METHODS) : operation.method
      const made = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(operation)
      const headers: Record<string, string> = made === undefined ? {} : { 'content-type': made.type }
      if (chance(random, 85))
        headers.authorization = `Bearer ${tokens.get(MOUNT.exec(`${space}${operation.path}`)?.[0] ?? '') ?? 'any-key'}`
      for (let more = random.int(10); more >= 9; more--) {
        const [name, value] = pick(random, ODD_HEADERS)
        headers[name] = value
      }
      return { method, path: `${space}${path}`, headers, body: made?.body }
    },
  }
}
