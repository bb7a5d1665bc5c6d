// The tools that `standin mcp` offers: each is one call of the control API, with that call's own schema of input.
import * as z from 'zod'
import { deliveryQuery, resendInput } from '../../../api/delivery.js'
import { expectation } from '../../../api/expectation.js'
import { signatureQuestion } from '../../../api/signature.js'
import { subscriptionInput } from '../../../api/subscription.js'
import { trigger } from '../../../api/trigger.js'
import { verificationInput } from '../../../api/verification.js'
import { EmulatorError } from '../../../core/errors.js'
import type { Json, JsonObject } from '../../../core/json.js'

/** One request of the control API. */
export interface ToolCall {
  method: 'GET' | 'POST'
  /** Below `/_standin`. */
  path: string
  body?: Json
}

export interface Tool {
  name: string
  about: string
  /** It changes something, or sends something to a receiver. */
  writes: boolean
  /** JSON Schema of its arguments. */
  input: JsonObject
  call(given: JsonObject): ToolCall
}

/** Schemas are made for the tools that are asked for, and say what is accepted, not what it becomes. */
const schemaOf = (schema: z.ZodType): JsonObject =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonObject

const text = (given: JsonObject, name: string): string => {
  const value = given[name]
  if (typeof value === 'string' && value !== '') return value
  throw new EmulatorError(`${name} is missing.`, {
    code: 'invalid_input',
    where: name,
    hint: `Give ${name} as a text.`,
  })
}

const part = (given: JsonObject, name: string): string => encodeURIComponent(text(given, name))

const query = (given: JsonObject): string => {
  const pairs = Object.entries(given).map(([name, value]): [string, string] => [name, String(value)])
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

/** A tool that posts its arguments as they are. */
const posts = (name: string, path: string, schema: z.ZodType, about: string, writes: boolean): Tool => ({
  name,
  about,
  writes,
  input: schemaOf(schema),
  call: body => ({ method: 'POST', path, body }),
})

/** All tools, those that only read first. */
export const tools = (): Tool[] => [
  {
    name: 'event_types',
    about:
      'Lists the providers; with provider, its channels, event types with their variants, settings and assumptions.',
    writes: false,
    input: schemaOf(z.strictObject({ provider: z.string().optional() })),
    call: given => ({
      method: 'GET',
      path: 'provider' in given ? `/providers/${part(given, 'provider')}` : '/providers',
    }),
  },
  {
    name: 'deliveries',
    about: 'Lists deliveries, newest first, with their status and last outcome.',
    writes: false,
    input: schemaOf(deliveryQuery),
    call: given => ({ method: 'GET', path: `/deliveries${query(given)}` }),
  },
  {
    name: 'delivery',
    about: 'Gets a delivery with every attempt: request, response, outcome, and when the next attempt is due.',
    writes: false,
    input: schemaOf(z.strictObject({ id: z.string().meta({ description: 'Such as dl_1.' }) })),
    call: given => ({ method: 'GET', path: `/deliveries/${part(given, 'id')}` }),
  },
  posts(
    'expect',
    '/expect',
    expectation,
    'Waits for an outcome of a delivery; tells the nearest miss where it does not come.',
    false,
  ),
  posts(
    'explain_signature',
    '/explain-signature',
    signatureQuestion,
    'Explains step by step why a signature does not match, for a delivery or for a request given in full.',
    false,
  ),
  posts(
    'trigger',
    '/events',
    trigger,
    'Makes an event happen; it is signed and delivered to the subscriptions that want it.',
    true,
  ),
  posts(
    'subscribe',
    '/subscriptions',
    subscriptionInput,
    'Makes a subscription for a receiver; answers it with its secret.',
    true,
  ),
  posts(
    'verify',
    '/verifications',
    verificationInput,
    'Verifies a receiver: sends it what it must accept and refuse, and answers a verdict for each requirement. Takes up to a minute.',
    true,
  ),
  {
    name: 'resend',
    about: 'Makes one more attempt of a delivery now.',
    writes: true,
    input: schemaOf(resendInput.extend({ id: z.string().meta({ description: 'Id of the delivery.' }) })),
    call: ({ id = '', ...body }) => ({ method: 'POST', path: `/deliveries/${part({ id }, 'id')}/resend`, body }),
  },
]
