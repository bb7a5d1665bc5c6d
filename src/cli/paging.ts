// Lists of the control API, page after page.
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { type Client, query } from './client.js'
import { objectsOf } from './fields.js'

const PAGE = 500

/** Items of a list, newest first, at most `limit`. */
export async function everyItem(
  client: Client,
  path: string,
  filter: Record<string, string | undefined>,
  limit: number,
): Promise<JsonObject[]> {
  const items: JsonObject[] = []
  let before: string | undefined
  while (items.length < limit) {
    const page: Json = await client.call(
      'GET',
      `${path}${query({ ...filter, limit: Math.min(PAGE, limit - items.length), before })}`,
    )
    if (!isJsonObject(page) || !Array.isArray(page.items)) break
    items.push(...objectsOf(page.items))
    if (typeof page.next !== 'string') break
    before = page.next
  }
  return items
}
