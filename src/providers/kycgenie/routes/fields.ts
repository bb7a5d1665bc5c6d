// Request bodies of the webhook API. The messages are default texts of Django REST framework; source of the first: Errors, example.
import * as z from 'zod'
import { EmulatorError } from '../../../core/errors.js'
import type { RouteCall } from '../../../provider/routes.js'
import { ALL, catalog } from '../catalog.js'
import { NOT_A_URL, NOT_HTTPS } from '../channel.js'
import { asProviderSettings } from '../settings.js'

const field = (wrong: string) => ({
  error: ({ input }: { input?: unknown }) =>
    input === undefined ? 'This field is required.' : input === null ? 'This field may not be null.' : wrong,
})

const anyText = z.string(field('Not a valid string.'))
const nonBlank = anyText.min(1, 'This field may not be blank.')
/** Whitespace around texts is dropped, as Django REST framework does it. */
const text = anyText.trim()
/** A webhook URL. */
export const urlField = text
  .min(1, 'This field may not be blank.')
  .describe('https, on every host with strictHttps; by default http is accepted to loopback and private hosts too.')
const object = z.record(z.string(), z.json(), field('Expected a dictionary of items.'))
const body = { error: 'Invalid data. Expected a dictionary.' }

/** Body of a creation; other keys are ignored. Source: Webhooks API, "Create Webhook", Request Body. */
export const createBody = z.object(
  {
    event_type: nonBlank.describe('An event type, or all: every event type.'),
    webhook_url: urlField,
    description: text.optional(),
    filters: object.optional().describe('Stored and shown, without effect.'),
  },
  body,
)

/** Body of an update; other keys are ignored. Source: Webhooks API, "Update Webhook", Request Body. */
export const updateBody = z.object(
  {
    webhook_url: urlField.optional(),
    is_active: z.boolean(field('Must be a valid boolean.')).optional(),
    description: text.optional(),
    filters: object.optional(),
  },
  body,
)

/** Body of a test. Source: Webhooks API, "Test Webhook", Request Body. */
export const testBody = z.object({ webhook_url: urlField }, body)

/** The API's message for a text that is no http(s) URL; undefined for any other. */
function urlFormatProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:' ? undefined : NOT_A_URL
}

/** The API's message for a URL that the emulator rejected; undefined when the error is about something else. */
export function rejectedUrlProblem(error: unknown, url: string): string | undefined {
  if (!(error instanceof EmulatorError) || (error.code !== 'invalid_url' && error.code !== 'not_allowed'))
    return undefined
  // No rule of the provider: the emulator may not send there.
  if (error.code === 'not_allowed') return `${error.message} ${error.hint ?? ''}`.trim()
  return /^http:\/\/[^@]*$/i.test(url) ? NOT_HTTPS : NOT_A_URL
}

/** What is wrong with a webhook URL, in the API's words; undefined where nothing is. */
export async function urlProblem({ port }: RouteCall, url: string): Promise<string | undefined> {
  const problem = urlFormatProblem(url)
  if (problem !== undefined) return problem
  try {
    await port.checkSubscription({ channel: 'webhooks', url, eventTypes: ['*'] })
    return undefined
  } catch (error) {
    const message = rejectedUrlProblem(error, url)
    if (message === undefined) throw error
    return message
  }
}

/** What is wrong with an event type, in the API's words; undefined where nothing is. */
export function eventTypeProblem({ port }: RouteCall, type: string): string | undefined {
  const known = catalog(asProviderSettings(port.settings()).extraEventTypes)
  return type === ALL || known.some(({ name }) => name === type) ? undefined : `"${type}" is not a valid choice.`
}
