// Generates texts and numbers: by the format or pattern of a schema, otherwise by the property's name.
import type { Faker } from '@faker-js/faker'
import { isoInstant } from '../../core/instant-text.js'
import type { JsonObject } from '../../core/json.js'
import { uuidText } from '../../provider/fake.js'
import { textMatching } from './generate-matching.js'

/** What a value is generated from. */
export interface ValueContext {
  fake: Faker
  /** Emulator time, ms. */
  now: number
  /** Name of the property it is for; empty where it has none. */
  name: string
}

const DAY_MS = 86_400_000

/** The name in lower case without separators: `due_date`, `dueDate` and `due-date` are the same. */
const normalized = (name: string) => name.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()

/** An instant (ms) that suits the name: ends and due dates in the future, births in the past, all others now. */
function instant({ fake, now, name }: ValueContext): number {
  if (/birth|dob/i.test(name)) return now - fake.number.int({ min: 20 * 365, max: 70 * 365 }) * DAY_MS
  if (/expir|due|until|ends?(_?at|_?date|$)|renew|next/i.test(name))
    return now + fake.number.int({ min: 7, max: 60 }) * DAY_MS
  return now
}

const day = (context: ValueContext) => new Date(instant(context)).toISOString().slice(0, 10)

const FORMATS: Record<string, (context: ValueContext) => string> = {
  email: ({ fake }) => fake.internet.email({ provider: 'example.com' }).toLowerCase(),
  uri: ({ fake }) => `https://example.com/${fake.lorem.slug(2)}`,
  uuid: ({ fake }) => uuidText(fake),
  'date-time': context => isoInstant(instant(context)),
  date: day,
  time: context => new Date(instant(context)).toISOString().slice(11),
  duration: ({ fake }) => `P${fake.number.int({ min: 1, max: 30 })}D`,
  hostname: ({ fake }) => `${fake.lorem.slug(1)}.example.com`,
  // Addresses and numbers from ranges reserved for examples.
  ipv4: ({ fake }) => `192.0.2.${fake.number.int({ min: 1, max: 254 })}`,
  ipv6: ({ fake }) => `2001:db8::${fake.number.int({ min: 1, max: 0xffff }).toString(16)}`,
  e164: ({ fake }) => `+1${fake.string.numeric(3).replace(/^[01]/, '2')}55501${fake.string.numeric(2)}`,
  mac: ({ fake }) => fake.internet.mac(),
  base64: ({ fake }) => Buffer.from(fake.lorem.words(3)).toString('base64'),
  base64url: ({ fake }) => Buffer.from(fake.lorem.words(3)).toString('base64url'),
  iban: ({ fake }) => fake.finance.iban(),
  credit_card: ({ fake }) => fake.finance.creditCardNumber('visa').replaceAll('-', ''),
  jwt: ({ fake, now }) => fake.internet.jwt({ refDate: new Date(now) }),
  nanoid: ({ fake }) => fake.string.nanoid(),
  ulid: ({ fake, now }) => fake.string.ulid({ refDate: new Date(now) }),
}
const ALIASES: Record<string, string> = {
  'uri-reference': 'uri',
  url: 'uri',
  iri: 'uri',
  guid: 'uuid',
  'idn-email': 'email',
}

/** Texts by the property's normalized name; the first expression that matches decides. */
const NAMES: readonly (readonly [RegExp, (context: ValueContext) => string])[] = [
  [/email$/, context => FORMATS.email?.(context) ?? ''],
  [/^(first|given)name$/, ({ fake }) => fake.person.firstName()],
  [/^(last|family|sur)name$/, ({ fake }) => fake.person.lastName()],
  [/(company|organi[sz]ation|business|merchant)(name)?$/, ({ fake }) => fake.company.name()],
  [/^(user|login|nick)name$|^slug$/, ({ fake }) => fake.lorem.slug(2)],
  [/name$/, ({ fake }) => fake.person.fullName()],
  [/phone(number)?$|mobile$/, context => FORMATS.e164?.(context) ?? ''],
  [/(url|uri|link|href|website)$/, context => FORMATS.uri?.(context) ?? ''],
  [/occupation|jobtitle/, ({ fake }) => fake.person.jobTitle()],
  [/city$/, ({ fake }) => fake.location.city()],
  [/country(code)?$/, ({ fake }) => fake.location.countryCode()],
  [/(zip|postalcode|postcode|zipcode)$/, ({ fake }) => fake.location.zipCode()],
  [/(street|address|line1)$/, ({ fake }) => fake.location.streetAddress()],
  [/currency(code)?$/, ({ fake }) => fake.helpers.arrayElement(['EUR', 'USD', 'GBP', 'BRL', 'CLP'])],
  [/(locale|language)$/, ({ fake }) => fake.helpers.arrayElement(['en', 'es', 'pt-BR'])],
  [/(amount|price|total|balance)$/, ({ fake }) => fake.finance.amount()],
  [/(birthday|dateofbirth|birthdate|date)$/, day],
  [/(createdat|updatedat|timestamp|time|at)$/, context => FORMATS['date-time']?.(context) ?? ''],
  [/(description|message|comment|note|text|summary|reason|details?|content)$/, ({ fake }) => fake.lorem.sentence()],
  [/(title|subject|headline)$/, ({ fake }) => fake.lorem.words(3)],
  [/(uuid|guid)$/, ({ fake }) => uuidText(fake)],
  [/(id|key|token|hash|reference|ref|secret)$/, ({ fake }) => fake.string.alphanumeric(20)],
  [/(number|code)$/, ({ fake }) => fake.string.numeric(8)],
]

const lengthOf = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise)

/** A text for a string schema. */
export function generateText(schema: JsonObject, context: ValueContext): string {
  const { fake } = context
  const least = lengthOf(schema.minLength, 0)
  const most = lengthOf(schema.maxLength, Number.POSITIVE_INFINITY)
  if (typeof schema.pattern === 'string') {
    const text = textMatching(schema.pattern, fake)
    if (text !== undefined) return text
  }
  const format = typeof schema.format === 'string' ? FORMATS[ALIASES[schema.format] ?? schema.format] : undefined
  if (format) return format(context)
  const name = normalized(context.name)
  const text = (NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? (({ fake }) => fake.lorem.word()))(context)
  if (text.length < least) return text + fake.string.alphanumeric(least - text.length)
  return text.length > most ? text.slice(0, most).trimEnd().padEnd(least, 'x') : text
}

/** The usual bounds of a number with this name. */
function suggested(name: string, whole: boolean): [least: number, most: number] {
  if (/(^|[a-z])ids?$|number$/.test(name)) return [100_000, 2_000_000_000]
  if (/amount|price|total|balance|cents/.test(name)) return [100, 100_000]
  if (/count|quantity|qty|attempts?$/.test(name)) return [1, 10]
  if (/percent|score|rate/.test(name)) return [0, whole ? 100 : 1]
  if (/year/.test(name)) return [2000, 2030]
  if (/age$/.test(name)) return [18, 90]
  if (/^lat(itude)?$/.test(name)) return [-90, 90]
  if (/^(lng|lon|longitude)$/.test(name)) return [-180, 180]
  return [1, 1000]
}

/** The range to choose from: within the schema's bounds, and within the usual ones as far as possible. */
function range([low, high]: [number, number], least: number | undefined, most: number | undefined): [number, number] {
  const inside = (value: number) => (least === undefined || value >= least) && (most === undefined || value <= most)
  if (least === undefined && most === undefined) return [low, high]
  if (most === undefined) return [inside(low) ? low : (least ?? low), inside(high) ? high : (least ?? 0) + 1000]
  if (least === undefined) {
    const top = inside(high) ? high : most
    return [inside(low) ? low : top > 1 ? 1 : top - 1000, top]
  }
  return [inside(low) && low < most ? low : least, inside(high) && high > least ? high : most]
}

/** A number for a number or integer schema; instants are Unix seconds. */
export function generateNumber(schema: JsonObject, context: ValueContext): number {
  const { fake } = context
  const whole = schema.type === 'integer'
  const name = normalized(context.name)
  const bound = (key: string) => (typeof schema[key] === 'number' ? (schema[key] as number) : undefined)
  const above = bound('exclusiveMinimum')
  const below = bound('exclusiveMaximum')
  const least = bound('minimum') ?? above
  const most = bound('maximum') ?? below
  const unbounded = least === undefined && most === undefined
  if (unbounded && /(created|updated|expires|occurred|issued)(at)?$|timestamp$/.test(name))
    return Math.floor(instant(context) / 1000)
  const [low, high] = range(suggested(name, whole), least, most)
  if (low === high) return low
  const step = bound('multipleOf') ?? (whole ? 1 : undefined)
  if (step === undefined) {
    // Never at the ends of the range, which may be exclusive.
    const part = high - low >= 1 ? 0.01 : (high - low) / 1000
    const parts = Math.max(2, Math.floor((high - low) / part))
    return Number((low + fake.number.int({ min: 1, max: parts - 1 }) * part).toFixed(12))
  }
  let first = Math.ceil(low / step - 1e-9)
  let last = Math.max(first, Math.floor(high / step + 1e-9))
  if (above !== undefined && first * step <= above && first < last) first++
  if (below !== undefined && last * step >= below && first < last) last--
  return Number((fake.number.int({ min: first, max: last }) * step).toFixed(12))
}
