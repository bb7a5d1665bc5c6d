// Makes a scenario of what happened: every event with its whole payload, and the time between them.
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

export interface Recorded {
  seed: Json | undefined
  /** Oldest first, as the control API tells of them. */
  events: readonly JsonObject[]
  subscriptions: readonly JsonObject[]
  subjects: readonly JsonObject[]
}

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')
const time = (event: JsonObject | undefined): number => Date.parse(text(event?.createdAt))

/** Letters, digits and underscores: what a variable's name may have. */
const variable = (...parts: string[]) => parts.join('_').replace(/[^A-Za-z0-9]+/g, '_')

/** A value in which no text can be taken for a reference. */
function literal(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${')
  if (Array.isArray(value)) return value.map(literal)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]))
}

/** The story that an event's subject belongs to, so that a replay has the same subjects together. */
function storyOf(event: JsonObject, subjects: readonly JsonObject[]): string | undefined {
  const found = subjects.find(({ id, provider }) => id === event.subject && provider === event.provider)
  return text(found?.story) || text(event.subject) || undefined
}

/** Subscriptions as a scenario has them. Their order is that of their making. */
function subscriptionsOf(subscriptions: readonly JsonObject[]) {
  const vars: JsonObject = {}
  const list = [...subscriptions]
    .sort((a, b) => time(a) - time(b))
    .map(({ provider, channel, url, eventTypes, active, secret, settings, account }, i): JsonObject => {
      const name = `${text(provider)}-${i + 1}`
      const to = variable('url', text(provider), String(i + 1))
      vars[to] = { type: 'url', default: url ?? null, env: `STANDIN_${to.toUpperCase()}` }
      const key = variable('secret', text(provider), String(i + 1))
      if (secret !== null)
        vars[key] = {
          type: 'string',
          env: `STANDIN_${key.toUpperCase()}`,
          secret: true,
          description: `Secret of ${name}; it is not part of a recording.`,
        }
      return {
        name,
        provider: provider ?? null,
        channel: channel ?? null,
        url: `\${vars.${to}}`,
        eventTypes: eventTypes ?? ['*'],
        ...(secret === null ? {} : { secret: `\${vars.${key}}` }),
        ...(active === false ? { active: false } : {}),
        ...(isJsonObject(settings) && Object.keys(settings).length > 0 ? { settings: literal(settings) } : {}),
        ...(typeof account === 'string' ? { account } : {}),
      }
    })
  return { vars, list }
}

/** The scenario. Deliveries that came to an end on their own are expected by nothing: a receiver may answer otherwise. */
export function recordedScenario({ seed, events, subscriptions, subjects }: Recorded): JsonObject {
  const { vars, list } = subscriptionsOf(subscriptions)
  const steps: JsonObject[] = []
  events.forEach((event, i) => {
    const gap = i === 0 ? 0 : time(event) - time(events[i - 1])
    if (gap > 0) steps.push({ wait: gap })
    const story = storyOf(event, subjects)
    steps.push({
      trigger: {
        provider: event.provider ?? null,
        channel: event.channel ?? null,
        type: event.type ?? null,
        ...(typeof event.variant === 'string' ? { variant: event.variant } : {}),
        ...(story === undefined ? {} : { subject: story }),
        ...(typeof event.account === 'string' ? { account: event.account } : {}),
        raw: literal(event.payload ?? {}),
      },
    })
  })
  const start = text(events[0]?.createdAt)
  return {
    version: 1,
    name: `Recorded ${start.slice(0, 10)}`,
    description: `${events.length} events as they happened, beginning at ${start}.`,
    ...(typeof seed === 'number' ? { seed } : {}),
    clock: { start },
    ...(Object.keys(vars).length === 0 ? {} : { vars }),
    ...(list.length === 0 ? {} : { subscriptions: list }),
    steps,
  }
}
