// Checks every answer of a server against the OpenAPI document that it gives itself.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { TrieRouter } from 'hono/router/trie-router'
import { inject } from 'vitest'
import type { JsonObject } from '../../src/core/json.js'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema?: JsonObject }> }>
}

/** What is asked for and how it was answered. */
export interface Exchange {
  method: string
  /** Below the server's URL, or the space's; a query is not looked at. */
  path: string
  status: number
  contentType: string | null
  body: string
}

/** A document as far as it is read here. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, { operationId: string; responses: Operation['responses'] }>>
  webhooks: Record<
    string,
    Record<string, { operationId: string; requestBody: { content: Record<string, { schema: JsonObject }> } }>
  >
  components: { schemas: Record<string, JsonObject> }
}

/** Holds the components of every document under a name of its own, so that each is compiled once. */
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addFormat('base64', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/)

export interface OpenApiCheck {
  check(exchange: Exchange): void
  validator(schema: JsonObject): ValidateFunction
}

/** The checks so far, by their documents: many servers of a file have the same. */
const checks = new Map<string, OpenApiCheck>()

/** A validator over one document; `check` throws what does not agree with it, `validator` compiles a schema that stands in it. */
export function openApiCheck(document: OpenApiDocument): OpenApiCheck {
  const { paths, webhooks, components } = document
  const text = JSON.stringify({ paths, webhooks, components })
  const known = checks.get(text) ?? makeCheck(document, `document${checks.size}`)
  checks.set(text, known)
  return known
}

function makeCheck(document: OpenApiDocument, name: string): OpenApiCheck {
  const within = (schema: JsonObject) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/components/', `"$ref":"${name}#/components/`)) as JsonObject
  ajv.addSchema({ $id: name, components: document.components })
  const compiled = new Map<string, ValidateFunction>()
  const validator = (schema: JsonObject): ValidateFunction => {
    const text = JSON.stringify(schema)
    const known = compiled.get(text) ?? ajv.compile(within(schema))
    compiled.set(text, known)
    return known
  }
  const operations = new TrieRouter<Operation>()
  // `{` sorts behind letters and digits: a literal segment goes before a parameter.
  for (const [path, item] of Object.entries(document.paths).sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const [method, { responses }] of Object.entries(item))
      operations.add(method.toUpperCase(), path.replace(/\{([^}]+)\}/g, ':$1'), { responses })
  const problem: JsonObject = { $ref: '#/components/schemas/Problem' }
  return {
    validator,
    check({ method, path: asked, status, contentType, body }) {
      const path = asked.split('?', 1)[0] ?? asked
      const what = `${method} ${path} -> ${status}`
      const type = contentType?.split(';')[0]
      const operation = operations.match(method === 'HEAD' ? 'GET' : method, path)[0][0]?.[0]
      if (operation === undefined) {
        if (status < 400) throw new Error(`${what} is answered but not described`)
        if (type === 'application/problem+json' && method !== 'HEAD' && !validator(problem)(JSON.parse(body)))
          throw new Error(`${what} is no problem`)
        return
      }
      const { responses } = operation
      const described = responses[String(status)] ?? responses[`${String(status).slice(0, 1)}XX`]
      if (!described) throw new Error(`${what}: this status is not described`)
      if (!described.content) {
        if (body !== '') throw new Error(`${what}: no body is described, but there is ${body}`)
        return
      }
      const media = described.content[type ?? '']
      // A provider's error without a body, which can be a problem document of Standin's too.
      if (body === '' && !type && Object.keys(described.content).join() === 'application/problem+json') return
      if (!media)
        throw new Error(`${what}: ${type} is not described, only ${Object.keys(described.content).join(', ')}`)
      if (!media.schema || !type?.includes('json') || method === 'HEAD') return
      const validate = validator(media.schema)
      if (!validate(JSON.parse(body)))
        throw new Error(`${what}: ${ajv.errorsText(validate.errors)}\n${body.slice(0, 2000)}`)
    },
  }
}

/** The document of a server with the built-in providers, kept beside the built package: the first test file that needs it makes it. */
async function builtInDocument(): Promise<OpenApiDocument> {
  const kept = join(inject('built'), 'openapi.json')
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'))
  const [{ createEmulator }, { createSpaces }, { createApp }] = await Promise.all([
    import('../../src/emulator/index.js'),
    import('../../src/emulator/spaces.js'),
    import('../../src/http/app.js'),
  ])
  const spaces = createSpaces({ root: await createEmulator({ clock: 'manual', seed: 1 }), make: createEmulator })
  try {
    const app = createApp({ spaces, version: '0.0.0' })
    const text = await (await app.request('/_standin/openapi.json')).text()
    writeFileSync(`${kept}.${process.pid}`, text)
    renameSync(`${kept}.${process.pid}`, kept)
    return JSON.parse(text)
  } finally {
    await spaces.stop(0)
  }
}

/** Made once for each test file, at the first answer that is checked. */
const builtIn: { check?: Promise<OpenApiCheck> } = {}

/** Throws where an answer of a server with the built-in providers is not as its document describes it. */
export async function checkBuiltIn(exchange: Exchange): Promise<void> {
  builtIn.check ??= builtInDocument().then(openApiCheck)
  const { check } = await builtIn.check
  check(exchange)
}
