// The shape of a provider, for those written in plain JavaScript, which no compiler has checked.
import * as z from 'zod'
import { ZodObject } from 'zod'
import type { Issue } from '../core/errors.js'
import { inputIssues, toIssue } from '../core/issues.js'

const call = z.custom<unknown>(value => typeof value === 'function', 'must be a function')
const settings = z.custom<ZodObject>(value => value instanceof ZodObject, 'must be an object schema of zod 4')
const text = z.string().min(1)
const named = { name: text, title: text }

const eventType = z.looseObject({
  ...named,
  subject: text,
  documented: z.boolean(),
  assumption: text.optional(),
  variants: z.array(z.looseObject(named)),
  onlyByName: z.boolean().optional(),
})

/** A catalog. */
export const catalogShape = z.array(eventType)

/** A provider before it is loaded. */
export const providerShape = z.looseObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and dashes, beginning with a letter'),
  title: text,
  about: text,
  assumptions: z.array(
    z.looseObject({
      name: text,
      question: text,
      choice: z.json(),
      reason: text,
      setting: z.enum(['subscription', 'provider']).optional(),
      alternatives: z.string().optional(),
    }),
  ),
  sources: z.record(z.string(), text).optional(),
  channels: z
    .array(
      z.looseObject({
        ...named,
        eventTypes: catalogShape,
        wildcard: z.looseObject(named).optional(),
        testEvent: text.optional(),
        catalog: call.optional(),
        load: call,
      }),
    )
    .min(1, 'must have at least one channel'),
  subjects: z.record(z.string(), z.looseObject({ title: text, states: z.array(text).min(1, 'must name a state') })),
  load: call,
})

/** What `load` of a channel returns. */
export const channelShape = z.looseObject({
  settings,
  definition: call,
  secret: z.looseObject({
    use: z.enum(['required', 'optional', 'given', 'none']),
    make: call,
    problem: call.optional(),
    group: call.optional(),
    overlapMs: call,
  }),
  refuses: call.optional(),
  wrap: call.optional(),
  encode: call.optional(),
  request: call.optional(),
  sign: call,
  retry: call,
  limit: call.optional(),
  urlProblem: call.optional(),
  subscriptionId: call.optional(),
  traits: z.looseObject({
    signs: z.boolean(),
    signatureHeaders: z.array(z.string().regex(/^[^A-Z]+$/, 'must be in lower case')),
    timestampHeader: z.string().optional(),
    idempotencyKey: text,
  }),
})

/** What `load` of a provider returns. */
export const behaviourShape = z.looseObject({
  settings,
  locale: z.enum(['en', 'es', 'pt_BR']),
  root: text,
  rootId: text,
  facts: call,
  isRootId: call,
  stateText: call.optional(),
  routes: z
    .looseObject({
      routes: z.array(
        z.looseObject({
          method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
          path: z
            .string()
            .regex(/^\//, 'must begin with a slash')
            .regex(
              /^[^:*?{}]*(\/\{[\w-]+\}(?=\/|$)[^:*?{}]*)*$/,
              'must not hold ":", "*" or "?", and a parameter must be a whole segment: /things/{id}',
            ),
          summary: text,
          documented: z.boolean(),
          assumption: text.optional(),
          answers: z.record(z.string(), z.looseObject({ description: text, assumption: text.optional() })),
          handler: call,
        }),
      ),
      bearer: z.string().min(1).optional(),
      before: call.optional(),
      invalid: call,
      malformed: call,
      notFound: call,
      methodNotAllowed: call,
    })
    .optional(),
  moves: call.optional(),
  move: call.optional(),
  onTimer: call.optional(),
})

/** An event type's definition. */
export const definitionShape = z.looseObject({
  schema: z.custom<z.ZodType>(value => value instanceof z.ZodType, 'must be a schema of zod 4'),
  make: call,
  agree: call.optional(),
  subjects: call,
})

/** What `retry` returns. */
export const planShape = z.looseObject({
  policy: call,
  accepts: call,
  timeoutMs: z.number().positive(),
  concurrency: z.number().int().min(1),
  onExhausted: z.enum(['keep', 'deactivate']).optional(),
})

/** What `sign` returns. */
export const signedShape = z.looseObject({
  headers: z.array(
    z.tuple([z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a header'), z.string()]),
  ),
  signedString: z.string().optional(),
  failed: z.string().optional(),
})

/** What is wrong with a value, each path below `at`. */
export function shapeIssues(shape: z.ZodType, value: unknown, at: string): Issue[] {
  const { error } = shape.safeParse(value)
  if (!error) return []
  return inputIssues(error, shape, value).map(issue => {
    const { path, message } = toIssue(issue)
    return { path: [at, path].filter(Boolean).join('.'), message }
  })
}
