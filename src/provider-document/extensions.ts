// What a document says to Standin in its extensions: x-standin-provider, x-standin-signature, x-standin-retries, x-standin-events.
import * as z from 'zod'
import { writtenDuration } from '../api/duration.js'
import { durationMs } from '../core/duration.js'
import { didYouMean } from '../core/errors.js'
import { inputIssues } from '../core/issues.js'
import { isJsonObject, type Json } from '../core/json.js'
import type { DocumentPath, DocumentReader } from './document.js'

const SLOTS = { signed: ['id', 'timestamp', 'body'], header: ['id', 'timestamp', 'signature'] } as const

const slotsIn = (template: string): string[] => [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)

const template = (known: readonly string[]) =>
  z
    .string()
    .min(1)
    .max(1000)
    .superRefine((text, context) => {
      for (const name of slotsIn(text))
        if (!known.includes(name))
          context.addIssue({
            code: 'custom',
            message: `Unknown placeholder "{${name}}". ${didYouMean(name, known, 'Known placeholders') ?? ''}`.trim(),
          })
      if (text.replace(/\{[^{}]*\}/g, '').match(/[{}]/))
        context.addIssue({ code: 'custom', message: 'A brace is left open; placeholders are {name}.' })
    })

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'must be the name of a header')

/** Headers that every request has, whatever signs it. */
const TAKEN = ['content-type', 'content-length', 'host', 'user-agent', 'connection', 'transfer-encoding']

const hmac = z
  .strictObject({
    scheme: z.literal('hmac-sha256'),
    signed: template(SLOTS.signed)
      .refine(text => slotsIn(text).includes('body'), 'The signed string must contain {body}.')
      .default('{body}')
      .describe('The string to sign, of {id}, {timestamp}, {body} and fixed text.'),
    encoding: z.enum(['hex', 'base64']).describe('Encoding of the signature: lower-case hex, or base64 with padding.'),
    headers: z
      .record(headerName, template(SLOTS.header))
      .describe('Name and value of each header, of {id}, {timestamp}, {signature} and fixed text.'),
    secret: z
      .strictObject({
        prefix: z
          .string()
          .max(100)
          .default('')
          .describe('What secrets begin with. It is no part of the key, unless `decoding` is utf8.'),
        decoding: z.enum(['utf8', 'base64', 'hex']).default('utf8').describe('How a secret becomes the key.'),
      })
      .prefault({}),
    timestampUnit: z.enum(['seconds', 'milliseconds']).default('seconds'),
    separator: z
      .string()
      .min(1)
      .max(10)
      .optional()
      .describe('Stands between the signatures of the new and the old secret after a rotation.'),
    tolerance: writtenDuration().optional().describe('The age from which a receiver must reject a timestamp.'),
  })
  .superRefine(({ signed, headers }, context) => {
    const values = Object.entries(headers)
    const names = values.map(([name]) => name.toLowerCase())
    values.forEach(([name], i) => {
      if (TAKEN.includes(name.toLowerCase()) || names.indexOf(name.toLowerCase()) < i)
        context.addIssue({
          code: 'custom',
          path: ['headers', name],
          message: `A request has the header ${name} already.`,
        })
    })
    const carriers = values.filter(([, value]) => slotsIn(value).includes('signature'))
    // A misspelt placeholder is told where it stands.
    const isKnown = values.flatMap(([, value]) => slotsIn(value)).every(slot => SLOTS.header.some(one => one === slot))
    if (carriers.length !== 1 && isKnown)
      context.addIssue({ code: 'custom', path: ['headers'], message: 'Exactly one header must contain {signature}.' })
    for (const slot of ['id', 'timestamp'])
      if (slotsIn(signed).includes(slot) && !values.some(([, value]) => slotsIn(value).includes(slot)))
        context.addIssue({
          code: 'custom',
          path: ['headers'],
          message: `The signed string has {${slot}}, and no header tells it to the receiver.`,
        })
  })

const other = z.strictObject({ scheme: z.enum(['standard-webhooks', 'none']) })
const SCHEMES = ['hmac-sha256', 'standard-webhooks', 'none'] as const

const status = z.union([z.number().int().min(200).max(299), z.literal('2xx')])

/** Statuses that count as success: numbers from 200 to 299, or `2xx`. */
export const statuses = z.array(status).min(1)

const delays = z
  .array(writtenDuration())
  .min(1)
  .max(1000)
  .superRefine((given, context) => {
    const ms = given.map(delay => durationMs(delay) ?? 0)
    const back = ms.findIndex((delay, i) => delay < (ms[i - 1] ?? 0))
    if (back > 0)
      context.addIssue({
        code: 'custom',
        path: [back],
        message: 'This delay is shorter than the one before it. Delays run from the end of the previous attempt.',
      })
  })

const retries = z.strictObject({
  delays: delays.optional(),
  maxAttempts: z.union([z.number().int().min(1), z.literal('unlimited')]).optional(),
  timeout: writtenDuration().optional(),
  success: statuses.optional(),
  on410: z.enum(['deactivate', 'retry']).optional(),
  afterLast: z.enum(['keep', 'deactivate']).optional(),
  retryAfterUpTo: writtenDuration().optional(),
  concurrency: z.number().int().min(1).max(500).optional(),
})

const path = z.string().regex(/^[^./{}\s]+(\.[^./{}\s]+)*$/, 'must be a path such as data.id')

const events = z.strictObject({
  typePath: path.optional().describe('Path in the payload that holds the event type.'),
  idempotencyKey: path.optional().describe('Path in the payload that identifies an event.'),
  subjectId: path.optional().describe('Path in the payload of the id of what events are about.'),
})

const provider = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and dashes, beginning with a letter')

/** Each extension that stands in the root or in `info`. */
const EXTENSIONS = {
  'x-standin-provider': provider,
  'x-standin-signature': z.union([z.enum(['standard-webhooks', 'none']), hmac, other]),
  'x-standin-retries': retries,
  'x-standin-events': events,
} as const

/** The extension of an operation or a message: the name of its event type. */
export const EVENT_NAME = 'x-standin-event'

type Parsed = { [Name in keyof typeof EXTENSIONS]?: z.output<(typeof EXTENSIONS)[Name]> }
/** A described HMAC scheme. */
export type HmacDescription = z.output<typeof hmac>
/** What `x-standin-retries` says. */
export type RetryTable = z.output<typeof retries>

/** What the extensions of a document say. */
export interface Extensions {
  provider: string | undefined
  signature: HmacDescription | 'standard-webhooks' | 'none' | undefined
  retries: RetryTable
  events: z.output<typeof events>
}

const isKnown = (name: string): name is keyof typeof EXTENSIONS => Object.hasOwn(EXTENSIONS, name)

/** The schema that fits what is given, so that its problems are told and not those of the others. */
function schemaFor(name: keyof typeof EXTENSIONS, given: Json): z.ZodType {
  if (name !== 'x-standin-signature') return EXTENSIONS[name]
  if (typeof given === 'string') return z.enum(['standard-webhooks', 'none'])
  if (!isJsonObject(given)) return EXTENSIONS[name]
  if (given.scheme === 'hmac-sha256') return hmac
  return SCHEMES.some(scheme => scheme === given.scheme) ? other : z.looseObject({ scheme: z.enum(SCHEMES) })
}

/** Reads the extensions in the root and in `info`; what is wrong with them goes to the reader. */
export function readExtensions(reader: DocumentReader): Extensions {
  const parsed: Parsed = {}
  const places: DocumentPath[] = [[], ['info']]
  for (const place of places) {
    const { value } = reader.at({ value: reader.root, path: [] }, ...place)
    for (const [name, given] of Object.entries(isJsonObject(value) ? value : {})) {
      if (!/^x-standin/i.test(name)) continue
      const path = [...place, name]
      if (!isKnown(name)) {
        const hint = didYouMean(name, Object.keys(EXTENSIONS), 'Known extensions')
        reader.problems.push({ path, message: `Unknown extension "${name}".`, hint, key: true })
        continue
      }
      if (parsed[name] !== undefined) {
        reader.problems.push({
          path,
          message: `"${name}" is in the root and in info.`,
          hint: 'Keep one of them.',
          key: true,
        })
        continue
      }
      const schema = schemaFor(name, given)
      const result = schema.safeParse(given)
      if (result.success) Object.assign(parsed, { [name]: result.data })
      else
        for (const issue of inputIssues(result.error, schema, given))
          reader.problems.push({
            path: [...path, ...issue.path],
            message: issue.message,
            hint: issue.hint,
            key: issue.key,
          })
    }
  }
  const signature = parsed['x-standin-signature']
  return {
    provider: parsed['x-standin-provider'],
    signature: typeof signature === 'object' && signature.scheme !== 'hmac-sha256' ? signature.scheme : signature,
    retries: parsed['x-standin-retries'] ?? {},
    events: parsed['x-standin-events'] ?? {},
  }
}
