// Turns what happened into a scenario that repeats the same payloads: every event in full, with the time between them.
import { stringify } from 'yaml'
import type { EmulatorEvent } from '../core/event.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import type { Subscription } from '../core/subscription.js'
import { escaped } from './references.js'
import type { ScenarioDefinition, StepDefinition } from './schema.js'

/** An instant as milliseconds or RFC 3339. */
type Instant = number | string

/** An event as it happened; its subject by the label of its story, or by its id. */
type RecordedEvent = Omit<EmulatorEvent, 'id' | 'createdAt' | 'warnings'> & { createdAt: Instant }

/** A subscription as it was. Its secret is never part of a recording. */
type RecordedSubscription = Pick<
  Subscription,
  'provider' | 'channel' | 'url' | 'eventTypes' | 'active' | 'settings' | 'account'
> & { notes?: JsonObject | undefined; hasSecret: boolean }

/** What a recorded scenario is made from. */
export interface Recording {
  name?: string | undefined
  description?: string | undefined
  seed?: number | undefined
  /** Default: when the first event happened. */
  start?: Instant | undefined
  stamp?: 'wall' | 'clock' | undefined
  /** Provider-wide settings that differ from the defaults, by provider. */
  providers?: Record<string, JsonObject> | undefined
  /** Oldest first. */
  subscriptions: readonly RecordedSubscription[]
  /** Oldest first. */
  events: readonly RecordedEvent[]
  /** The mask that replaced secrets: masked settings and accounts become variables, a URL with it is left out. */
  mask?: string | undefined
  /** Whether a replay expects everything delivered: not where the last event had no deliveries. Default: true. */
  expectDelivered?: boolean | undefined
}

const ms = (at: Instant): number => (typeof at === 'number' ? at : Date.parse(at))

/** A variable's name: letters, digits and underscores. */
const variable = (...parts: (string | number)[]) => parts.join('_').replace(/[^A-Za-z0-9]+/g, '_')

/**
 * The scenario of a recording. Payloads are written in full (`raw`), so a replay sends the same ones whatever the seed. Secrets become
 * variables without a default; subscriptions point to the run's receiver and, where none is given, to their recorded URL.
 */
export function recordScenario(recording: Recording): ScenarioDefinition {
  const vars: NonNullable<ScenarioDefinition['vars']> = {}
  const secretVar = (name: string, description: string, fallback?: string): string => {
    const given = fallback === undefined ? {} : { default: fallback }
    vars[name] = { type: 'string', ...given, env: `STANDIN_${name.toUpperCase()}`, secret: true, description }
    return `\${vars.${name}}`
  }
  const unmasked = (value: Json, path: readonly (string | number)[]): Json => {
    if (recording.mask !== undefined && value === recording.mask)
      return secretVar(variable(...path), `Was masked in the recording: ${path.join('.')}.`)
    if (Array.isArray(value)) return value.map((item, i) => unmasked(item, [...path, i]))
    if (!isJsonObject(value)) return escaped(value)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unmasked(item, [...path, key])]))
  }
  const settingsOf = (settings: JsonObject, ...path: string[]) => unmasked(settings, path) as JsonObject
  const masked = (text: string) => recording.mask !== undefined && text.includes(recording.mask)
  const accounts = new Map<string, string>()
  const accountOf = (provider: string, account: string): string => {
    if (!masked(account)) return String(escaped(account))
    const known = accounts.get(`${provider} ${account}`)
    if (known !== undefined) return known
    const name = variable('account', provider, accounts.size + 1)
    const made = secretVar(name, `Was masked in the recording: ${account}.`, account)
    accounts.set(`${provider} ${account}`, made)
    return made
  }

  const subscriptions = recording.subscriptions.map((given, i) => {
    const name = `${given.provider}-${given.channel}-${i + 1}`
    return {
      name,
      provider: given.provider,
      channel: given.channel,
      // A brace would end the reference.
      ...(masked(given.url) ? {} : { url: `\${receiver.url ?? ${given.url.replaceAll('}', '%7D')}}` }),
      eventTypes: [...given.eventTypes],
      ...(given.hasSecret ? { secret: secretVar(variable('secret', name), `Secret of subscription ${name}.`) } : {}),
      ...(given.active ? {} : { active: false }),
      ...(Object.keys(given.settings).length === 0 ? {} : { settings: settingsOf(given.settings, 'setting', name) }),
      ...(given.account === null ? {} : { account: accountOf(given.provider, given.account) }),
      ...(Object.keys(given.notes ?? {}).length === 0 ? {} : { notes: escaped(given.notes ?? {}) as JsonObject }),
    }
  })

  const start = ms(recording.start ?? recording.events[0]?.createdAt ?? 0)
  const steps: StepDefinition[] = []
  let now = start
  for (const event of recording.events) {
    const at = ms(event.createdAt)
    if (at > now) steps.push({ wait: at - now })
    now = Math.max(now, at)
    steps.push({
      trigger: {
        provider: event.provider,
        channel: event.channel,
        type: event.type,
        ...(event.variant === null ? {} : { variant: event.variant }),
        ...(event.subject === null ? {} : { subject: String(escaped(event.subject)) }),
        ...(event.account === null ? {} : { account: accountOf(event.provider, event.account) }),
        raw: escaped(event.raw ?? event.payload) as JsonObject | string,
        // What was said of its order then, or asked not to be said, is no news in a replay.
        ...(event.anyState === true && { anyState: true }),
      },
    })
  }
  const { seed, stamp, providers = {}, expectDelivered = true } = recording
  if (expectDelivered) steps.push({ expect: 'delivered' })

  const changedProviders = Object.entries(providers).filter(([, settings]) => Object.keys(settings).length > 0)
  const when = new Date(start).toISOString()
  return {
    version: 1,
    name: recording.name ?? `Recorded ${when.slice(0, 10)}`,
    description:
      recording.description ??
      `${recording.events.length} ${recording.events.length === 1 ? 'event' : 'events'}, recorded from ${when} on. Without faults, resends, and subscriptions that were changed or removed.`,
    ...(seed === undefined ? {} : { seed }),
    clock: { start: when, ...(stamp === undefined ? {} : { stamp }) },
    ...(changedProviders.length === 0
      ? {}
      : {
          providers: Object.fromEntries(
            changedProviders.map(([name, settings]) => [name, settingsOf(settings, 'setting', name)]),
          ),
        }),
    ...(subscriptions.length === 0 ? {} : { subscriptions }),
    ...(Object.keys(vars).length === 0 ? {} : { vars }),
    steps,
  }
}

/** A scenario as the text of a file: JSON when the file's name ends in .json, else YAML. */
export function scenarioText(definition: ScenarioDefinition, file: string): string {
  if (file.endsWith('.json')) return `${JSON.stringify(definition, null, 2)}\n`
  return stringify(definition, { version: '1.2', lineWidth: 0 })
}
