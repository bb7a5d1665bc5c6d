// Reads what a running server did from its control API, as a recording.
import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type Json, type JsonObject } from '../../../core/json.js'
import { MASK } from '../../../core/mask.js'
import type { Recording } from '../../../scenario/record.js'
import type { Client } from '../../client.js'

/** Provider-wide settings that differ from their defaults. */
async function changedSettings(client: Client, name: string): Promise<JsonObject> {
  const [provider, settings] = await Promise.all([client.provider(name), client.providerSettings(name)])
  const schemas = [provider, ...provider.channels].map(({ settingsSchema }) => settingsSchema)
  const properties: JsonObject = Object.assign({}, ...schemas.map(({ properties }) => properties))
  const isDefault = (setting: string, value: Json) => {
    const property = properties[setting]
    return value === null || (isJsonObject(property) && isDeepStrictEqual(value, property.default))
  }
  return Object.fromEntries(Object.entries(settings).filter(([setting, value]) => !isDefault(setting, value)))
}

/** The newest `limit` events of a server, or of one provider, with the subscriptions. */
export async function recordingOf(
  client: Client,
  { provider, limit }: { provider: string | undefined; limit: number },
): Promise<Recording> {
  const filter = { provider }
  const [{ seed }, events, subscriptions, subjects] = await Promise.all([
    client.health(),
    client.events(filter, limit),
    client.subscriptions(filter, Number.POSITIVE_INFINITY),
    client.subjects(filter, Number.POSITIVE_INFINITY),
  ])
  const stories = new Map(subjects.map(({ provider, id, story }) => [`${provider}/${id}`, story]))
  const providers = [...new Set([...events, ...subscriptions].map(({ provider }) => provider))].sort()
  const [newest] = events
  const deliveries = newest === undefined ? [] : await client.deliveries({ event: newest.id }, 1)
  return {
    seed,
    mask: MASK,
    expectDelivered: deliveries.length > 0,
    providers: Object.fromEntries(
      await Promise.all(providers.map(async name => [name, await changedSettings(client, name)] as const)),
    ),
    subscriptions: subscriptions
      .reverse()
      .map(subscription => ({ ...subscription, hasSecret: subscription.secret !== null })),
    events: events
      .reverse()
      .map(event => ({ ...event, subject: stories.get(`${event.provider}/${event.subject}`) ?? event.subject })),
  }
}
