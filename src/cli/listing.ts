// What every command that lists rows of a server says: that a list was cut, and that a filter names what does not exist.

import type { Client } from '../client/client.js'
import { unknownName } from '../core/errors.js'

/** The first `limit` rows, and whether there are more. */
export async function firstOf<Item>(
  limit: number,
  list: (most: number) => Promise<Item[]>,
): Promise<{ items: Item[]; isCut: boolean }> {
  const items = await list(limit + 1)
  return { items: items.slice(0, limit), isCut: items.length > limit }
}

/** The note below a list that was cut. */
export const cutNote = (limit: number) =>
  `note: there are more; these are the newest ${limit}. --limit ${limit * 2} shows twice as many.`

/** Throws `unknown_name` with "did you mean" for a provider or event type that the server does not have. For what lists nothing at once. */
export async function checkFilter(
  client: Client,
  { provider, type }: { provider: string | undefined; type?: string | undefined },
): Promise<void> {
  if (provider === undefined && type === undefined) return
  const providers = await client.providers()
  const names = providers.map(({ name }) => name)
  if (provider !== undefined && !names.includes(provider))
    throw unknownName('provider', provider, names, { where: '--provider' })
  if (type === undefined) return
  const types = providers
    .filter(({ name }) => name === (provider ?? name))
    .flatMap(({ channels }) => channels.flatMap(({ eventTypes }) => eventTypes.map(({ name }) => name)))
  if (!types.includes(type))
    throw unknownName('event type', type, types, {
      where: '--type',
      ...(provider === undefined ? {} : { of: provider }),
    })
}
