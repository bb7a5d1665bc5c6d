// What a running server tells of its past, read through the control API as a recording.
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../../core/json.js'
import { MASK } from '../../../core/mask.js'
import type { Recording } from '../../../scenario/record.js'
import type { Client } from '../../client.js'
import { objectOf, objectsOf, textOf, textOrNull } from '../../fields.js'
import { everyItem } from '../../paging.js'

/** The provider-wide settings that somebody has changed: those that are not what the schemas have as default. */
async function changedSettings(client: Client, provider: string): Promise<JsonObject> {
  const path = `/providers/${encodeURIComponent(provider)}`
  const [described, settings] = await Promise.all([client.call('GET', path), client.call('GET', `${path}/settings`)])
  const schemas = [objectOf(described), ...objectsOf(objectOf(described).channels)]
  const fields = Object.assign(
    {},
    ...schemas.map(one => objectOf(objectOf(one.settingsSchema).properties)),
  ) as JsonObject
  return Object.fromEntries(
    Object.entries(objectOf(settings)).filter(
      ([name, value]) => value !== null && !isDeepStrictEqual(value, objectOf(fields[name]).default),
    ),
  )
}

/** What happened at a server: the newest `limit` events, of one provider where it is named, and who was subscribed. */
export async function recordingOf(
  client: Client,
  { provider, limit }: { provider: string | undefined; limit: number },
): Promise<Recording> {
  const filter = { provider }
  const [health, events, subscriptions, subjects] = await Promise.all([
    client.call('GET', '/health'),
    everyItem(client, '/events', filter, limit),
    everyItem(client, '/subscriptions', filter, Number.POSITIVE_INFINITY),
    everyItem(client, '/subjects', filter, Number.POSITIVE_INFINITY),
  ])
  const stories = new Map(subjects.map(({ provider, id, story }) => [`${provider}/${id}`, textOrNull(story)]))
  const providers = [...new Set([...events, ...subscriptions].map(one => textOf(one.provider)))].sort()
  const [last] = events
  const owed = last === undefined ? [] : await everyItem(client, '/deliveries', { event: textOf(last.id) }, 1)
  const { seed } = objectOf(health)
  return {
    seed: typeof seed === 'number' ? seed : undefined,
    mask: MASK,
    owed: owed.length > 0,
    providers: Object.fromEntries(
      await Promise.all(providers.map(async name => [name, await changedSettings(client, name)] as const)),
    ),
    subscriptions: subscriptions.reverse().map(one => ({
      provider: textOf(one.provider),
      channel: textOf(one.channel),
      url: textOf(one.url),
      eventTypes: Array.isArray(one.eventTypes) ? one.eventTypes.map(String) : [],
      active: one.active !== false,
      hasSecret: one.secret !== null,
      settings: objectOf(one.settings),
      account: textOrNull(one.account),
    })),
    events: events.reverse().map(one => ({
      provider: textOf(one.provider),
      channel: textOf(one.channel),
      type: textOf(one.type),
      variant: textOrNull(one.variant),
      subject: stories.get(`${one.provider}/${one.subject}`) ?? textOrNull(one.subject),
      account: textOrNull(one.account),
      payload: objectOf(one.payload),
      createdAt: textOf(one.createdAt),
    })),
  }
}
