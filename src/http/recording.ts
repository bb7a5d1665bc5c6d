// Reads what an emulator did as a recording, with what the API masks masked.
import { isDeepStrictEqual } from 'node:util'
import { EmulatorError } from '../core/errors.js'
import { type EmulatorEvent, payloadText } from '../core/event.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { MASK, maskedBy } from '../core/mask.js'
import type { Emulator } from '../emulator/contract.js'
import { providerSettings } from '../provider/settings.js'
import type { Recording } from '../scenario/record.js'
import { eventView, subscriptionView } from './control/views.js'

/** Events that are read at once. */
const PAGE = 100

/** Characters of all payloads; a longer scenario cannot be read again. */
const MOST_TEXT = 20_000_000

/** The newest events, newest first. */
function eventsOf({ ledger }: Emulator, filter: { provider?: string; subject?: string }, limit: number) {
  const events: EmulatorEvent[] = []
  let text = 0
  while (events.length < limit) {
    const asked = Math.min(PAGE, limit - events.length)
    const page = ledger.events(filter, { limit: asked, before: events.at(-1)?.id })
    events.push(...page)
    for (const event of page) text += payloadText(event).length
    if (text > MOST_TEXT)
      throw new EmulatorError('The payloads of these events have more than 20 million characters.', {
        code: 'too_large',
        hint: 'Record fewer of them: limit, provider and subject choose.',
      })
    if (page.length < asked) break
  }
  return events
}

/** A masked value in the form that it has unmasked: a list of secrets is a list of masks, so that each can become a variable. */
function maskedInForm(masked: Json | undefined, value: Json): Json {
  if (Array.isArray(value))
    return value.map((item, i) => maskedInForm(Array.isArray(masked) ? masked[i] : masked, item))
  if (!isJsonObject(value)) return masked ?? null
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      maskedInForm(isJsonObject(masked) && Object.hasOwn(masked, key) ? masked[key] : masked, item),
    ]),
  )
}

/** Provider-wide settings that differ from their defaults, secrets masked. */
async function changedSettings(emulator: Emulator, name: string): Promise<JsonObject> {
  const loaded = await emulator.load(name)
  const schemas = [loaded.behaviour.settings, ...loaded.channels.map(({ behaviour }) => behaviour.settings)]
  const defaults = providerSettings(loaded, {}) as JsonObject
  const changed = Object.entries(emulator.ledger.providerSettings(name)).filter(
    ([setting, value]) => value !== null && !isDeepStrictEqual(value, defaults[setting]),
  )
  const settings = Object.fromEntries(changed)
  return maskedInForm(maskedBy(settings, schemas), settings) as JsonObject
}

/** What happened, with the subscriptions of now. */
export async function recordingOf(
  emulator: Emulator,
  { limit, provider, subject }: { limit: number; provider?: string | undefined; subject?: string | undefined },
): Promise<Recording> {
  const { ledger } = emulator
  const filter = { ...(provider !== undefined && { provider }), ...(subject !== undefined && { subject }) }
  const events = eventsOf(emulator, filter, limit)
  const subscriptions = ledger.subscriptions(provider === undefined ? {} : { provider })
  const [newest] = events
  const names = [...new Set([...events, ...subscriptions].map(one => one.provider))].sort()
  return {
    seed: emulator.seed,
    mask: MASK,
    expectDelivered: newest !== undefined && ledger.deliveriesOfEvent(newest.id).length > 0,
    providers: Object.fromEntries(
      await Promise.all(names.map(async name => [name, await changedSettings(emulator, name)] as const)),
    ),
    subscriptions: await Promise.all(
      subscriptions.map(async one => {
        const view = await subscriptionView(emulator, one)
        const settings = maskedInForm(view.settings, one.settings) as JsonObject
        return { ...view, settings, hasSecret: one.secret !== null }
      }),
    ),
    events: events.reverse().map(event => {
      const story = event.subject === null ? undefined : ledger.subject(event.provider, event.subject)?.story
      return { ...eventView(emulator, event), subject: story ?? event.subject, anyState: event.anyState === true }
    }),
  }
}
