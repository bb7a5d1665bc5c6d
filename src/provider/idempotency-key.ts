// The key by which a receiver knows a request again, read from where the channel says that it is.
import { type Json, valueAt } from '../core/json.js'
import type { Headers } from '../core/message.js'
import type { ChannelTraits } from './channel.js'

/** The header that has the key, lower case; undefined where the payload has it. */
export const keyHeaderOf = ({ idempotencyKey }: Pick<ChannelTraits, 'idempotencyKey'>): string | undefined =>
  /^header:(.+)$/.exec(idempotencyKey)?.[1]?.toLowerCase()

/** The key of a request: at payload paths, or in a header; undefined where the request has none. */
export function keyOf(
  traits: Pick<ChannelTraits, 'idempotencyKey'>,
  headers: Headers,
  value: Json,
): string | undefined {
  const header = keyHeaderOf(traits)
  if (header !== undefined) return headers.find(([name]) => name.toLowerCase() === header)?.[1]
  const parts = traits.idempotencyKey.split('+').map(path => valueAt(value, path))
  if (!parts.every(part => typeof part === 'string' || typeof part === 'number')) return undefined
  return parts.join(':')
}
