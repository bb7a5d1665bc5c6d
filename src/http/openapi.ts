// The OpenAPI 3.1 document of all that the root or a space serves, made from the schemas that check it.
import { problem } from '../api/problem.js'
import type { JsonObject } from '../core/json.js'
import type { Emulator } from '../emulator/contract.js'
import type { AnswerSpec, ControlRoute, Family } from './control/route.js'
import { type Components, createComponents } from './json-schema.js'
import { type ParameterSpec, type PathItems, parameters, put } from './openapi-parts.js'
import { describeProvider } from './openapi-providers.js'

/** What is described, and where it is served. */
export interface ApiInput {
  emulator: Emulator
  families: readonly Family[]
  /** URL of the root or the space. */
  base: string
  version: string
  /** True where the control API requires a token. */
  guarded: boolean
}

function controlAnswers(route: ControlRoute, components: Components): JsonObject {
  const problems = components.use(problem, 'output')
  const failure = (description: string): JsonObject => ({
    description,
    content: { 'application/problem+json': { schema: problems } },
  })
  const answer = ([status, { description, schema, contentType, texts = [] }]: [string, AnswerSpec]): [
    string,
    JsonObject,
  ] => {
    const content: JsonObject = Object.fromEntries(texts.map(type => [type, {}]))
    if (!schema && texts.length === 0) return [status, Number(status) < 400 ? { description } : failure(description)]
    const type = contentType ?? (Number(status) < 400 ? 'application/json' : 'application/problem+json')
    if (schema) content[type] = { schema: components.use(schema, 'output') }
    return [status, { description, content }]
  }
  return {
    ...Object.fromEntries(Object.entries(route.answers).map(answer)),
    '4XX': failure('The request is rejected; see `code` and `detail`.'),
    '5XX': failure('An internal error, or 507 `storage_failed`: the ledger cannot be written (a full disk).'),
  }
}

function requestBody({ body, text }: ControlRoute, components: Components): JsonObject {
  if (!body) return {}
  const content = { schema: text ? {} : components.use(body, 'input') }
  return {
    requestBody: {
      required: true,
      content: Object.fromEntries((text ?? ['application/json']).map(type => [type, content])),
    },
  }
}

function controlOperation(route: ControlRoute, tag: string, components: Components): JsonObject {
  const given: ParameterSpec = { path: route.path, params: route.params, query: route.query }
  return {
    operationId: route.id,
    tags: [tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...parameters(given, components),
    ...requestBody(route, components),
    responses: controlAnswers(route, components),
  }
}

/** The document. Loads every provider. */
export async function describeApi({ emulator, families, base, version, guarded }: ApiInput): Promise<JsonObject> {
  const components = createComponents()
  const paths: PathItems = {}
  const webhooks: PathItems = {}
  const securitySchemes: JsonObject = guarded
    ? { accessToken: { type: 'http', scheme: 'bearer', description: 'The access token of the control API.' } }
    : {}
  for (const { name, routes } of families)
    for (const route of routes) put(paths, route.path, route.method, controlOperation(route, name, components))
  for (const { name } of emulator.providers)
    describeProvider(
      { loaded: await emulator.load(name), settings: await emulator.settings(name), version },
      components,
      {
        paths,
        webhooks,
        securitySchemes,
      },
    )
  const tags = [
    ...families.map(({ name, about }) => ({ name, description: about })),
    ...emulator.providers.map(({ name, title, about }) => ({ name, description: `${title}: ${about}` })),
  ]
  return {
    openapi: '3.1.0',
    info: {
      title: 'Standin',
      version,
      summary: 'Plays the provider side of webhooks.',
      description:
        "The control API under /_standin, each provider's own API under its name, and the webhooks that are sent to receivers.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: base }],
    tags,
    security: guarded ? [{ accessToken: [] }] : [],
    paths,
    webhooks,
    components: {
      ...(Object.keys(securitySchemes).length > 0 ? { securitySchemes } : {}),
      schemas: components.all(),
    },
  }
}
