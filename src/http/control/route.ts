// The contract of a control route: data from which both the server and the OpenAPI document are made.
import type { ServerResponse } from 'node:http'
import type { ZodObject, ZodType } from 'zod'
import * as z from 'zod'
import type { Json } from '../../core/json.js'
import type { Emulator } from '../../emulator/contract.js'
import type { Space, Spaces } from '../../emulator/spaces.js'
import type { CallHooks } from '../call-hooks.js'
import { readBody, type ServerRequest, textResponse } from '../exchange.js'
import type { Runs } from '../runs.js'
import type { Scenarios } from '../scenarios.js'
import { parsed, parsedJson, queryOf } from '../validate.js'
import type { Verifications } from '../verifications.js'
import { checkFilterNames } from './filter-names.js'

/** A request to the control API. */
export interface Incoming {
  space: Space
  spaces: Spaces
  version: string
  request: ServerRequest
  /** URL of the root or of the space, without a slash at the end. */
  base: string
  /** Path below `base`. */
  path: string
  /** True where the server has an access token. */
  guarded: boolean
  /** Called for the receivers' calls to the providers' APIs. */
  hooks: CallHooks
  /** The scenarios folder, where there is one. */
  scenarios: Scenarios | undefined
}

/** A request whose route was found. */
interface Routed extends Incoming {
  /** All routes that are served here. */
  families: readonly Family[]
  /** Runs of scenarios on this emulator. */
  runs: Runs
  /** Verifications on this emulator. */
  verifications: Verifications
  emulator: Emulator
  /** The input: as it was given until the route has checked it. */
  params: unknown
  query: unknown
  body: unknown
}

/** What a handler gets: the checked input. */
interface Call<P, Q, B> extends Routed {
  params: P
  query: Q
  body: B
}

/** One status a route answers with. Without a schema: a problem document from 400 on, no body below. */
export interface AnswerSpec {
  description: string
  schema?: ZodType
  contentType?: string
  /** Content types of bodies that are texts, besides the one with a schema. */
  texts?: readonly string[]
}

type Answers = Readonly<Record<number, AnswerSpec>>

/**
 * What a handler answers: one of the route's statuses with a value of its shape, sent as JSON, or that JSON; a Response is sent as it
 * is.
 */
type ControlAnswer<A extends Answers> =
  | Response
  | {
      [S in keyof A]: { status: S; headers?: Record<string, string> } & (A[S] extends {
        schema: infer Shape extends ZodType
      }
        ? { body: z.output<Shape> } | { json: string }
        : { body?: undefined })
    }[keyof A]

/** What the OpenAPI document shows of a route. */
interface Described {
  /** Unique; becomes the operationId. */
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the URL of the root or of a space, parameters in braces. */
  path: string
  summary: string
  description?: string
  answers: Answers
  /** Content types of a body that the handler gets as text; default: the body is JSON. */
  text?: readonly string[]
}

interface Spec<P extends ZodObject, Q extends ZodObject, B extends ZodType, A extends Answers> extends Described {
  answers: A
  params?: P
  query?: Q
  body?: B
  handler(call: Call<z.output<P>, z.output<Q>, z.output<B>>): ControlAnswer<A> | Promise<ControlAnswer<A>>
}

/** A route without its types: its input is checked inside. */
export interface ControlRoute extends Described {
  params?: ZodObject
  query?: ZodObject
  body?: ZodType
  answer(call: Routed): Promise<Response>
}

/** Path parameters of a route with `{id}`. */
export const idParams = z.strictObject({ id: z.string() })

/** Routes of one subject. */
export interface Family {
  /** The document's tag. */
  name: string
  about: string
  routes: readonly ControlRoute[]
}

interface JsonAnswer {
  status: number
  body?: unknown
  json?: string
  headers?: Record<string, string>
}

function responseOf(answer: Response | JsonAnswer, outgoing: ServerResponse | undefined): Response {
  if (answer instanceof Response) return answer
  const { status, body, headers, json = body === undefined ? undefined : JSON.stringify(body) } = answer
  if (json === undefined) return new Response(null, { status, headers })
  return textResponse(json, { status, type: 'application/json', headers, outgoing })
}

/** True for the answer of a list without rows. */
function isEmptyPage(answer: Response | JsonAnswer): boolean {
  if (answer instanceof Response || typeof answer.body !== 'object' || answer.body === null) return false
  return 'items' in answer.body && Array.isArray(answer.body.items) && answer.body.items.length === 0
}

/** Makes a route: its strict schemas refuse unknown query parameters and body keys. */
export function controlRoute<P extends ZodObject, Q extends ZodObject, B extends ZodType, const A extends Answers>(
  spec: Spec<P, Q, B, A>,
): ControlRoute {
  const { handler, ...described } = spec
  const sent = (text: string): Json => (spec.text ? text : parsedJson(text, {}))
  return {
    ...described,
    async answer(call) {
      const { request, emulator } = call
      if (spec.params) call.params = parsed(spec.params, call.params, 'path')
      const query = spec.query ? parsed(spec.query, queryOf(request.search), 'query') : {}
      call.query = query
      if (spec.body) call.body = parsed(spec.body, sent(await readBody(request)), 'body')
      const answer = (await handler(call as Call<z.output<P>, z.output<Q>, z.output<B>>)) as Response | JsonAnswer
      if (spec.query && isEmptyPage(answer)) await checkFilterNames(emulator, query)
      return responseOf(answer, request.outgoing)
    },
  }
}
