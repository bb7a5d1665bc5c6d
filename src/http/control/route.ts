// The contract of a control route: data from which both the server and the OpenAPI document are made.
import type { Context } from 'hono'
import type { ZodObject, ZodType, z } from 'zod'
import type { Json } from '../../core/json.js'
import type { Emulator } from '../../emulator/contract.js'
import type { Space, Spaces } from '../../emulator/spaces.js'
import type { CallHooks } from '../call-hooks.js'
import { readBody } from '../guard.js'
import type { Runs } from '../runs.js'
import { parsed, parsedJson, queryOf } from '../validate.js'

/** A request to a control route on its way. */
export interface Incoming {
  space: Space
  spaces: Spaces
  version: string
  request: Request
  /** The world's URL without a slash at the end: `http://127.0.0.1:4010` or that of a space. */
  base: string
  /** Path below the world's URL. */
  path: string
  /** True where the server has an access token. */
  guarded: boolean
  /** Hears the receivers' calls to the providers' APIs. */
  hooks: CallHooks
}

/** A request that has found its route. */
interface Routed extends Incoming {
  /** Hono's own, for its helpers. */
  context: Context
  /** All that this world serves. */
  families: readonly Family[]
  /** Scenarios played on this world. */
  runs: Runs
}

/** What a handler gets: the input after its schemas. */
interface Ask<P, Q, B> extends Routed {
  emulator: Emulator
  params: P
  query: Q
  body: B
}

/** What a handler gives: sent as JSON, or as it is where it is a Response. No body: nothing is sent. */
type ControlAnswer = Response | { status: number; body?: unknown; headers?: Record<string, string> }

/** One status a route answers with. Without a schema: a problem document from 400 on, no body below. */
export interface AnswerSpec {
  description: string
  schema?: ZodType
  contentType?: string
}

/** What the route is to the document. */
interface Described {
  /** Unique; becomes the operationId. */
  id: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the world's URL, parameters in braces. */
  path: string
  summary: string
  description?: string
  answers: Readonly<Record<number, AnswerSpec>>
  /** Content types of a body that the handler gets as text; without it the body is JSON. */
  text?: readonly string[]
}

interface Spec<P extends ZodObject, Q extends ZodObject, B extends ZodType> extends Described {
  params?: P
  query?: Q
  body?: B
  handler(ask: Ask<z.output<P>, z.output<Q>, z.output<B>>): ControlAnswer | Promise<ControlAnswer>
}

/** A route with its types forgotten: its input is checked inside. */
export interface ControlRoute extends Described {
  params?: ZodObject
  query?: ZodObject
  body?: ZodType
  answer(incoming: Routed, params: Record<string, string>): Promise<Response>
}

/** Routes of one subject. */
export interface Family {
  /** The document's tag. */
  name: string
  about: string
  routes: readonly ControlRoute[]
}

function responseOf(answer: ControlAnswer): Response {
  if (answer instanceof Response) return answer
  const { status, body, headers } = answer
  if (body === undefined) return new Response(null, { status, headers })
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

/** Makes a route of its description: unknown query parameters and body keys are refused by its (strict) schemas. */
export function controlRoute<P extends ZodObject, Q extends ZodObject, B extends ZodType>(
  spec: Spec<P, Q, B>,
): ControlRoute {
  const { handler, ...described } = spec
  const sent = async (request: Request): Promise<Json> => {
    const text = await readBody(request)
    return spec.text ? text : parsedJson(text, {})
  }
  return {
    ...described,
    async answer(incoming, given) {
      const params = (spec.params ? parsed(spec.params, given, 'path') : given) as z.output<P>
      const query = (
        spec.query ? parsed(spec.query, queryOf(new URL(incoming.request.url)), 'query') : {}
      ) as z.output<Q>
      const body = (spec.body ? parsed(spec.body, await sent(incoming.request), 'body') : undefined) as z.output<B>
      return responseOf(await handler({ ...incoming, emulator: incoming.space.emulator, params, query, body }))
    },
  }
}
