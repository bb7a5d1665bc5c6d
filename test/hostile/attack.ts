// Asks a server seeded requests one after another, and says which answers are not as its OpenAPI document describes.
import { Agent, request as httpRequest } from 'node:http'
import type { Json } from '../../src/core/json.js'
import { type OpenApiDocument, openApiCheck } from '../support/openapi-check.js'
import { type FuzzRequest, requestMaker } from './requests.js'

/** No answer takes this long, however busy the machine is; ms. */
const HANGS_MS = 120_000

interface Answer {
  /** 0 where there is none. */
  status: number
  type: string | null
  body: string
}

function ask(origin: string, agent: Agent, { method, path, headers, body }: FuzzRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const request = httpRequest({ hostname, port, agent, method, path, headers, signal: AbortSignal.timeout(HANGS_MS) })
    request.on('error', reject)
    request.on('response', response => {
      const type = response.headers['content-type'] ?? null
      const status = response.statusCode ?? 0
      // The journal's stream does not end.
      if (type?.startsWith('text/event-stream')) {
        resolve({ status, type, body: '' })
        return void request.destroy()
      }
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => resolve({ status, type, body: Buffer.concat(chunks).toString('utf8') }))
    })
    request.end(body)
  })
}

/** The request in one line, to be found again. */
const shown = ({ method, path, headers, body }: FuzzRequest) =>
  `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 200)} ${String(body ?? '').slice(0, 300)}`

export interface AttackOptions {
  /** Of the server. */
  url: string
  document: OpenApiDocument
  seed: number
  /** How many requests. */
  count: number
  /** Receivers that subscriptions name. */
  receivers: readonly string[]
  /** Requests that get access tokens. */
  logins: readonly FuzzRequest[]
}

/** How many answers of each status there were, and the requests whose answers are not as described. */
export async function attack(options: AttackOptions): Promise<{ statuses: Map<number, number>; wrong: string[] }> {
  const { url, document, count } = options
  const { check } = openApiCheck(document)
  const maker = requestMaker(document, options)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const statuses = new Map<number, number>()
  const wrong: string[] = []

  const problemsOf = (request: FuzzRequest, { status, type, body }: Answer): string[] => {
    if (status === 0) return ['no answer']
    const problems: string[] = []
    // Both ends resolve dots in a path before it is routed.
    const path = new URL(`http://localhost${request.path}`).pathname.replace(/^\/spaces\/[^/]+(?=\/.)/, '')
    if (status >= 500 && status !== 502) problems.push('an internal error')
    if (/^\/(?:_standin|spaces)(?:\/|$)/.test(path) && status >= 400 && type !== 'application/problem+json')
      problems.push(`${type} in place of a problem document`)
    try {
      check({ method: request.method, path, status, contentType: type, body })
    } catch (error) {
      problems.push(String(error))
    }
    return problems
  }

  for (let number = 0; number < count; number++) {
    const request = maker.next()
    const answer = await ask(url, agent, request).catch(
      (error: unknown): Answer => ({ status: 0, type: null, body: String(error) }),
    )
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
    const problems = problemsOf(request, answer)
    if (problems.length > 0)
      wrong.push(
        [`${number}: ${shown(request)}`, `${answer.status} ${answer.body.slice(0, 300)}`, ...problems].join('\n'),
      )
    if (answer.type === 'application/json' && answer.body !== '') maker.learn(request, JSON.parse(answer.body) as Json)
  }
  agent.destroy()
  return { statuses, wrong }
}
