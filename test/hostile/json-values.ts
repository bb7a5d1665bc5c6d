// Values for the fuzz: valid ones sampled from a JSON Schema, and hostile ones; all by a seeded stream.
import { isJsonObject, type Json, type JsonObject } from '../../src/core/json.js'
import type { Stream } from '../../src/core/seed.js'

/** One of a list. */
export function pick<T>(random: Stream, list: readonly T[]): T {
  const one = list[random.int(list.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}

/** True in `percent` of 100 cases. */
export const chance = (random: Stream, percent: number) => random.int(100) < percent

/** Where values come from: names that mean something here, by the name of the property or parameter. */
export type Meant = (name: string) => readonly Json[] | undefined

const asObject = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})

const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

const TEXTS = ['a', 'thing', 'order-1', 'http://127.0.0.1:9/', '*', '10s', '2026-01-15T12:00:00Z', 'Ω ünïcode 🎈', '']

/** Makes values that a schema of this document allows, or nearly: patterns and bounds are met by luck only. */
export function sampler(schemas: JsonObject, random: Stream, meant: Meant): (schema: Json, name: string) => Json {
  const text = ({ examples, format, pattern }: JsonObject): Json => {
    const given = asList(examples)
    if (given.length > 0) return pick(random, given)
    if (format === 'date-time') return '2026-01-15T12:00:00Z'
    if (format === 'uri') return pick(random, meant('url') ?? TEXTS)
    if (format === 'uuid') return random.uuid()
    return pattern === undefined ? pick(random, TEXTS) : pick(random, ['a', '90s', '1', 'abc', '2026-01-15'])
  }
  const object = (schema: JsonObject, depth: number): JsonObject => {
    const required = asList(schema.required)
    const made: JsonObject = {}
    for (const [key, inner] of Object.entries(asObject(schema.properties)))
      if (required.includes(key) || (depth < 6 && chance(random, sparse ? 8 : 35)))
        made[key] = sample(inner, key, depth + 1)
    const more = schema.additionalProperties
    if (more !== false && (isJsonObject(more) || chance(random, sparse ? 0 : 20)))
      made[pick(random, TEXTS)] = sample(more === true ? {} : (more ?? {}), 'value', depth + 1)
    return made
  }
  let sparse = false
  const sample = (given: Json, name: string, depth: number): Json => {
    const schema = asObject(given)
    if (typeof schema.$ref === 'string')
      return sample(schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}, name, depth)
    if (schema.const !== undefined) return schema.const
    const options = meant(name)
    const type = Array.isArray(schema.type) ? pick(random, schema.type) : schema.type
    if (options !== undefined && (type === 'string' || type === undefined) && chance(random, 85))
      return pick(random, options)
    if (Array.isArray(schema.enum)) return pick(random, schema.enum)
    for (const key of ['anyOf', 'oneOf'] as const)
      if (Array.isArray(schema[key])) return sample(pick(random, schema[key]), name, depth)
    if (Array.isArray(schema.allOf))
      return Object.assign({}, ...schema.allOf.map(part => sample(part, name, depth))) as JsonObject
    if (type === 'object') return object(schema, depth)
    if (type === 'array') {
      const first = asList(schema.prefixItems).map(item => sample(item, name, depth + 1))
      const count = first.length > 0 ? 0 : random.int(depth < 6 ? 3 : 1)
      return [...first, ...Array.from({ length: count }, () => sample(schema.items ?? {}, name, depth + 1))]
    }
    if (type === 'integer' || type === 'number') return Number(schema.minimum ?? 0) + random.int(20)
    if (type === 'boolean') return chance(random, 50)
    if (type === 'null') return null
    if (type === 'string') return text(schema)
    return pick(random, [1, 'any', true, null, {}, []])
  }
  return (schema, name) => {
    // Half of the values have little that is optional, so that many are valid.
    sparse = chance(random, 50)
    return sample(schema, name, 0)
  }
}

/** Stands for a text of JSON that is put in when the body is written: some JSON cannot be made from a value. */
const MARK = /"@@([a-z]+)@@"/g

const RAW: Readonly<Record<string, (random: Stream) => string>> = {
  arrays: random => {
    const depth = pick(random, [99, 101, 2_000, 20_000, 90_000])
    return '['.repeat(depth) + ']'.repeat(depth)
  },
  objects: random => {
    const depth = pick(random, [99, 101, 2_000, 16_000])
    return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  },
  proto: () => '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  twice: () => '{"provider":"rillis","provider":"unico","url":1,"url":2}',
  number: random =>
    pick(random, ['1e400', '-0', '1e-400', '123456789012345678901234567890', '0.1e1', '9007199254740993']),
}

const long = (count: number) => (random: Stream) =>
  pick(random, ['x', '€', '../', '%', '\\', '"', '\u0000', 'a.']).repeat(count)

/** Hostile texts, also for paths, queries and headers. */
export const HOSTILE_TEXTS: readonly ((random: Stream) => string)[] = [
  () => '',
  () => ' ',
  () => '\u0000',
  () => 'a\u0000b',
  () => '\ud800',
  () => 'x\udfff',
  () => '\ufeff',
  () => '\u202eabc',
  () => 'e\u0301',
  () => '__proto__',
  () => 'constructor',
  () => 'hasOwnProperty',
  () => 'toString',
  () => '../../../etc/passwd',
  () => '*',
  () => '%',
  () => '%00',
  () => "' OR 1=1 --",
  () => '<script>alert(1)</script>',
  () => '$' + '{x}',
  () => '{{faker}}',
  () => '\r\nx-injected: 1',
  () => 'NaN',
  () => '-1',
  () => '1e999',
  () => '0x10',
  () => '99999999999d',
  () => '-5s',
  () => '275761-01-01T00:00:00Z',
  () => '+275760-09-13T00:00:00Z',
  () => '0000-00-00T00:00:00Z',
  () => 'http://',
  () => 'http://[::1',
  () => 'http://user:pass@127.0.0.1:9/',
  () => 'http://169.254.169.254/latest',
  () => 'file:///etc/passwd',
  () => 'javascript:alert(1)',
  () => '(a+)+$',
  () => '/^(a|a)*$/',
  long(300),
  long(5_000),
]

const HOSTILE_VALUES: readonly ((random: Stream) => Json)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 0.5,
  () => 1e308,
  () => Number.MAX_SAFE_INTEGER,
  () => [],
  () => ({}),
  () => [[]],
  () => [null],
  () => ({ '': '' }),
  () => ({ toString: 1, constructor: null }),
  () => Array.from({ length: 500 }, (_, at) => at),
  () => Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at])),
]

/** A value that fits nowhere, or should not. */
export function hostile(random: Stream): Json {
  if (chance(random, 10)) return `@@${pick(random, Object.keys(RAW))}@@`
  return pick(random, chance(random, 60) ? HOSTILE_TEXTS : HOSTILE_VALUES)(random)
}

/** Changes one thing in a value: a part replaced, taken out or added. */
export function mutated(value: Json, random: Stream): Json {
  if (Array.isArray(value)) {
    if (value.length === 0 || chance(random, 30)) return [...value, hostile(random)]
    const at = random.int(value.length)
    return value.map((inner, index) => (index === at ? mutated(inner, random) : inner))
  }
  if (!isJsonObject(value)) return hostile(random)
  const keys = Object.keys(value)
  const key = keys.length === 0 ? undefined : pick(random, keys)
  const what = random.int(10)
  if (key === undefined || what < 2) return { ...value, [String(pick(random, HOSTILE_TEXTS)(random))]: hostile(random) }
  const { [key]: inner, ...others } = value
  if (what < 4) return others
  if (what < 6) return { ...value, [key]: hostile(random) }
  return { ...value, [key]: mutated(inner ?? null, random) }
}

/** The value as JSON text, with the parts put in that no value has. */
export function written(value: Json, random: Stream): string {
  return JSON.stringify(value).replaceAll(MARK, (_, name: string) => RAW[name]?.(random) ?? 'null')
}
