// A provider in the OpenAPI document: its own API's routes and a webhook for each of its event types.
import { problem } from '../api/problem.js'
import type { JsonObject } from '../core/json.js'
import { placedRoutes } from '../provider/base-path.js'
import { catalogOf, type LoadedChannel, type LoadedProvider } from '../provider/catalog.js'
import type { EventType, Settings } from '../provider/channel.js'
import { type Mark, markKeys } from '../provider/marks.js'
import type { Route } from '../provider/routes.js'
import { subscriptionSettings } from '../provider/settings.js'
import type { Components } from './json-schema.js'
import { type PathItems, parameters, put } from './openapi-parts.js'

/** A provider with the settings that its catalog depends on. */
export interface DescribedProvider {
  loaded: LoadedProvider
  /** Provider-wide settings, complete. */
  settings: Settings
  /** Standin's own. */
  version: string
}

const DOCUMENTED: Mark = { documented: true }

/** Letters, digits and underscores: fit for an operationId anywhere. */
const idOf = (...parts: string[]) =>
  parts
    .join('_')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')

/** Ids that are all different: the second of a name gets a 2. Paths that differ in their last slash only have the same name. */
function uniqueIds(): typeof idOf {
  const taken = new Set<string>()
  return (...parts) => {
    const wanted = idOf(...parts)
    let free = wanted
    for (let n = 2; taken.has(free); n++) free = `${wanted}_${n}`
    taken.add(free)
    return free
  }
}

const FORM = 'application/x-www-form-urlencoded'

/** Statuses of a route. Each error can be a problem document too: a request that Standin refuses does not reach the provider. */
function routeAnswers({ answers }: Route, owner: string, components: Components): JsonObject {
  const problems = { 'application/problem+json': { schema: components.use(problem, 'output') } }
  const described = Object.entries(answers).map(
    ([status, { description, schema, contentType = 'application/json', assumption }]) => {
      const mark: Mark = { documented: assumption === undefined, assumption }
      const content = {
        ...(schema ? { [contentType]: { schema: components.use(schema, 'output', owner, mark) } } : {}),
        ...(Number(status) >= 400 ? problems : {}),
      }
      return [status, { description, ...markKeys(mark), ...(Object.keys(content).length > 0 ? { content } : {}) }]
    },
  )
  return {
    ...Object.fromEntries(described),
    '4XX': {
      description:
        "A refusal in the provider's own form, or a problem document where Standin refuses the request itself (its host, size or space).",
      content: { 'application/json': {}, ...problems },
    },
  }
}

/** The beginning of a sentence about what the documents do not say. */
const ours = ({ assumption }: Mark) =>
  `Not in the provider's documents${assumption === undefined ? '' : ` (assumption ${assumption})`}:`

function operationOf(
  name: string,
  route: Route,
  operationId: string,
  components: Components,
  bearer: boolean,
): JsonObject {
  const { path, summary, documented, assumption, query, body, open } = route
  const owner = `${name}.`
  return {
    operationId,
    tags: [name],
    summary,
    ...(documented ? {} : { description: `${ours({ documented, assumption })} the path is chosen by analogy.` }),
    ...markKeys({ documented, assumption }),
    // The provider decides who may call: the access token of the control API is not required here.
    security: bearer && open !== true ? [{ [name]: [] }] : [],
    ...parameters({ path, query }, components, owner),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: {
              [body.type === 'form' ? FORM : 'application/json']: {
                schema: components.use(body.schema, 'input', owner, DOCUMENTED),
              },
            },
          },
        }
      : {}),
    responses: routeAnswers(route, owner, components),
  }
}

/** Method and content type of a channel's messages under its default settings. */
function requestOf(
  provider: string,
  { behaviour }: LoadedChannel,
  version: string,
): { method: string; contentType: string } {
  const made = behaviour.request?.(subscriptionSettings({ provider, behaviour }, {}), version)
  const type = made?.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return { method: made?.method ?? 'POST', contentType: type?.split(';')[0]?.trim() ?? 'application/json' }
}

function webhookOf(
  { loaded, settings, version }: DescribedProvider,
  channel: LoadedChannel,
  { name: type, title, variants, documented, assumption }: EventType,
  components: Components,
): { method: string; operation: JsonObject } {
  const { name } = loaded.provider
  const { method, contentType } = requestOf(name, channel, version)
  const schema = channel.behaviour.definition(type, settings)?.schema
  const forms = variants.length > 0 ? ` Variants: ${variants.map(variant => variant.name).join(', ')}.` : ''
  const named = documented ? '' : ` ${ours({ documented, assumption })} the name of this type.`
  return {
    method,
    operation: {
      operationId: idOf('webhook', name, channel.name, type),
      tags: [name],
      summary: title,
      description: `Sent to subscriptions of channel ${channel.name}.${forms}${named}`,
      ...markKeys({ documented, assumption }),
      security: [],
      requestBody: {
        required: true,
        content: { [contentType]: { schema: schema ? components.use(schema, 'output', `${name}.`, DOCUMENTED) : {} } },
      },
      responses: {
        '2XX': { description: 'Received; which statuses count as success is a setting of the subscription.' },
        '4XX': { description: 'Refused: retried as the schedule says.' },
      },
    },
  }
}

/** Adds a provider's routes under `/{provider}`, the token they require, and its event types as `{provider}.{channel}.{type}`. */
export function describeProvider(
  described: DescribedProvider,
  components: Components,
  { paths, webhooks, securitySchemes }: { paths: PathItems; webhooks: PathItems; securitySchemes: JsonObject },
): void {
  const { provider, behaviour, channels } = described.loaded
  const routeId = uniqueIds()
  const { bearer } = behaviour.routes ?? {}
  if (bearer !== undefined) securitySchemes[provider.name] = { type: 'http', scheme: 'bearer', description: bearer }
  for (const route of behaviour.routes ? placedRoutes(behaviour.routes, described.settings) : []) {
    const operationId = routeId(provider.name, route.method.toLowerCase(), route.path)
    const operation = operationOf(provider.name, route, operationId, components, bearer !== undefined)
    put(paths, `/${provider.name}${route.path}`, route.method, operation)
  }
  for (const channel of channels) {
    for (const eventType of catalogOf(channel, described.settings)) {
      const { method, operation } = webhookOf(described, channel, eventType, components)
      put(webhooks, `${provider.name}.${channel.name}.${eventType.name}`, method, operation)
    }
  }
}
