// Request bodies of the webhook API, with the messages the provider's framework gives.
import * as z from 'zod'
import { EmulatorError } from '../../../core/errors.js'
import { NOT_A_URL, NOT_HTTPS } from '../url.js'

const field = (wrong: string) => ({
  error: ({ input }: { input?: unknown }) =>
    input === undefined ? 'This field is required.' : input === null ? 'This field may not be null.' : wrong,
})

const text = z.string(field('Not a valid string.'))
const filled = text.min(1, 'This field may not be blank.')
const object = z.record(z.string(), z.json(), field('Expected a dictionary of items.'))
const body = { error: 'Invalid data. Expected a dictionary.' }

/** Body of a creation; other keys are ignored. */
export const createBody = z.object(
  {
    event_type: filled.describe('An event type, or all.'),
    webhook_url: filled.describe('https; http is accepted to loopback and private hosts.'),
    description: text.optional(),
    filters: object.optional().describe('Stored and shown, of no effect.'),
  },
  body,
)

/** Body of an update; other keys are ignored. */
export const updateBody = z.object(
  {
    webhook_url: filled.optional(),
    is_active: z.boolean(field('Must be a valid boolean.')).optional(),
    description: text.optional(),
    filters: object.optional(),
  },
  body,
)

/** Body of a test. */
export const testBody = z.object({ webhook_url: filled }, body)

/** What the form of a URL alone tells, before anything else is asked; undefined when nothing is wrong so far. */
export function urlFormProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:' ? undefined : NOT_A_URL
}

/** The provider's message for a URL that the emulator refused; undefined when the error is about something else. */
export function refusedUrl(error: unknown, url: string): string | undefined {
  if (!(error instanceof EmulatorError) || (error.code !== 'invalid_url' && error.code !== 'not_allowed'))
    return undefined
  const plain = /^http:\/\/[^@]*$/i.test(url)
  return error.code === 'invalid_url' && plain ? NOT_HTTPS : NOT_A_URL
}
