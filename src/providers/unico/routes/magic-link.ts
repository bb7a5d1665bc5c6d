// Magic Link's API: a link for a person from Mexico, and its result. Source: Magic Link V1, Create a Magic Link and Get Result.
import * as z from 'zod'
import { EmulatorError } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route, RouteAnswer, RouteCall } from '../../../provider/routes.js'
import { LINK_URLS, labelOf, MAGIC_LINK, newLink, resultOf, shownLink } from '../magic-link.js'
import { settingsOf } from './errors.js'
import { PORTRAIT_JPEG } from './selfie.js'

/** Version of the API in every response. Source: Magic Link V1, Create a Magic Link, example. */
const VERSION = 'v1.4.2'

const text = z.string()
const url = z
  .url({ protocol: /^https?$/ })
  .nullable()
  .optional()

const body = z.looseObject({
  external_id: z.string().nullable().optional().describe("The client's own id of the person or request."),
  metadata: z
    .looseObject({
      redirect_url: z.string().nullable().optional(),
      webhook_url: url.describe('Gets the result (webhook V1).'),
      track_webhook_url: url.describe('Gets the steps (webhook V1).'),
    })
    .optional(),
})

/** What every response has around its data. Source: Magic Link V1, Create a Magic Link, example. */
function enveloped(port: ProviderPort, status: number, data: JsonObject, request?: JsonObject): RouteAnswer {
  return {
    status,
    body: {
      data,
      version: VERSION,
      status: status < 300 ? 'ok' : 'error',
      status_code: status,
      request_date: new Date(port.now()).toISOString().replace(/\.\d+Z$/, '+0000'),
      ...(request === undefined ? {} : { request }),
    },
  }
}

/** An error in Magic Link's form. Source: Magic Link V1, errors (shape and the text for 400). */
export function linkError(
  port: ProviderPort,
  status: 400 | 403 | 404 | 405 | 429 | 500,
  error?: EmulatorError,
): RouteAnswer {
  const texts = {
    400: 'data provided in the field is invalid',
    403: 'Forbidden',
    404: 'not found',
    405: 'method not allowed',
    429: 'too many requests',
    500: 'internal error',
  }
  // No rule of the provider: the emulator may not send there.
  const why = error?.code === 'not_allowed' ? `: ${error.message} ${error.hint ?? ''}`.trimEnd() : ''
  return enveloped(port, status, { error: `${texts[status]}${why}` })
}

const envelope = <Data extends z.ZodType>(data: Data) =>
  z.object({
    data,
    version: text,
    status: text,
    status_code: z.int(),
    request_date: text,
    request: z.looseObject({}).optional(),
  })

const urls = z.object(Object.fromEntries(LINK_URLS.map(name => [name, text.nullable()])))

const link = envelope(
  z.object({
    external_id: text.nullable(),
    created_on: text,
    is_active: z.boolean(),
    token: z.uuid(),
    magic_link_url: text,
    metadata: urls,
    version: text,
  }),
)

const failure = (description: string, assumption?: string) => ({
  description,
  schema: envelope(z.object({ error: text })),
  ...(assumption === undefined ? {} : { assumption }),
})

const failures = {
  403: failure('No x-api-key, or one that is not accepted', 'magicLinkErrors'),
  429: failure('Over the rate limit', 'magicLinkErrors'),
  500: failure('Internal error', 'magicLinkErrors'),
}

/** Which events go to which URL of a link. */
const OWN_WEBHOOKS = [
  ['webhook_url', 'MAGIC_LINK_RESULT'],
  ['track_webhook_url', 'MAGIC_LINK_TRACK'],
] as const

/** Subscribes the URLs of a link, once each. One minute, one attempt. Source: Magic Link V1, webhook requirements (the minute). */
async function subscribeOwn(port: ProviderPort, metadata: JsonObject): Promise<void> {
  for (const [name, type] of OWN_WEBHOOKS) {
    const own = metadata[name]
    if (typeof own !== 'string') continue
    const known = port
      .subscriptions({ channel: 'magic-link' })
      .some(one => one.url === own && one.settings.webhookVersion === 'v1' && one.eventTypes[0] === type)
    if (known) continue
    await port.subscribe({
      channel: 'magic-link',
      url: own,
      eventTypes: [type],
      settings: { webhookVersion: 'v1', auth: { type: 'none' }, maxAttempts: 1, timeoutSeconds: 60 },
    })
  }
}

const create: Route = {
  method: 'POST',
  path: '/v2/magic-link',
  summary: 'Create a magic link',
  documented: true,
  body: { type: 'json', schema: body },
  answers: {
    200: { description: 'The link', schema: link },
    400: failure('A field is wrong'),
    ...failures,
  },
  async handler({ body: parsed, port }) {
    const given = parsed as z.output<typeof body>
    const metadata: JsonObject = {}
    for (const name of LINK_URLS) metadata[name] = given.metadata?.[name] ?? null
    // One after the other, so that two links at once do not subscribe one URL twice.
    const before = (port.memory.get('link webhooks') ?? Promise.resolve()) as Promise<void>
    const subscribed = before.then(() => subscribeOwn(port, metadata))
    port.memory.set(
      'link webhooks',
      subscribed.catch(() => undefined),
    )
    try {
      await subscribed
    } catch (error) {
      if (error instanceof EmulatorError) return linkError(port, 400, error)
      throw error
    }
    const random = port.random(MAGIC_LINK, await port.count(MAGIC_LINK))
    const token = random.uuid()
    const data = newLink(random, { token, at: port.now(), externalId: given.external_id ?? null, metadata })
    await port.putSubject({
      id: token,
      kind: MAGIC_LINK,
      state: 'active',
      data,
      story: `${MAGIC_LINK} ${token}`,
    })
    const request = { ...(given.external_id == null ? {} : { external_id: given.external_id }), metadata }
    return enveloped(port, 200, shownLink(data), request)
  },
}

const result = envelope(
  z
    .object({
      external_id: text.nullable(),
      request_id: text,
      response: z.object({ label: text, reason: z.array(text), unico: z.object({ result: text }) }),
      identity: z.object({ name: text, curp: text, birth_date: text }),
      images: z.object({ selfie: z.base64(), document_image: z.base64(), document_image_back: z.base64() }),
    })
    .meta({ assumption: 'magicLinkResult' }),
)

const getResult: Route = {
  method: 'GET',
  path: '/v2/history/request',
  summary: 'Get the result of a magic link',
  documented: true,
  query: z.looseObject({ magic_link_token: text.min(1).describe('Token of the link.') }),
  answers: {
    200: { description: 'The result, once there is one', schema: result },
    400: failure('The token is missing'),
    404: failure('No such link, or no result yet', 'magicLinkErrors'),
    ...failures,
  },
  handler({ query, port, account }) {
    const subject = port.subject((query.magic_link_token ?? '').toLowerCase())
    const isOwn = subject?.kind === MAGIC_LINK && (subject.account === null || subject.account === account)
    const label = isOwn ? labelOf(subject.data) : undefined
    if (!isOwn || label === undefined) return linkError(port, 404)
    const images = { selfie: PORTRAIT_JPEG, document_image: PORTRAIT_JPEG, document_image_back: PORTRAIT_JPEG }
    return enveloped(port, 200, { ...resultOf(subject.data, label), images })
  },
}

/** The owner of an API key, or the error. Source: Magic Link V1, authorization (x-api-key). */
export function linkAccount({ port, headers }: RouteCall): string | RouteAnswer {
  const { apiAuth, apiKeys, refusals } = settingsOf(port)
  const key = headers['x-api-key'] ?? ''
  if (refusals.includes('internal')) return linkError(port, 500)
  const isAccepted = apiKeys.length > 0 ? apiKeys.includes(key) : key !== '' || apiAuth === 'off'
  return isAccepted ? 'magic-link' : linkError(port, 403)
}

/** The routes of Magic Link. */
export const magicLink: readonly Route[] = [create, getResult]
