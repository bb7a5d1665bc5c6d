// Lists in pages, as the transaction list is documented. Source: Monitoring & History, query and response.
import * as z from 'zod'
import type { Subject } from '../../../core/subject.js'
import type { ProviderPort } from '../../../provider/port.js'

const BATCH = 500

/** Every subject of a kind, of one account where one is given, newest first; read in batches, because the response states how many there are. */
export function allSubjects(port: ProviderPort, kind: string, account?: string): Subject[] {
  const filter = account === undefined ? { kind } : { kind, account }
  const all: Subject[] = []
  for (;;) {
    const before = all.at(-1)?.id
    const batch = port.subjects(filter, before === undefined ? { limit: BATCH } : { limit: BATCH, before })
    all.push(...batch)
    if (batch.length < BATCH) return all
  }
}

/** Schema of one page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), totalItems: z.int(), totalPages: z.int() })
}

const PAGE = 'must be a whole number from 1'
const LIMIT = 'must be a whole number from 1 to 100'

/** Query of a list: `page` from 1; `limit` 10 by default and at most 100. */
export const paging = {
  page: z.coerce.number(PAGE).int(PAGE).min(1, PAGE).default(1),
  limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(100, LIMIT).default(10),
}

/** One page of a list. */
export function paged<Item>(all: readonly Item[], { page, limit }: { page: number; limit: number }) {
  return {
    items: all.slice((page - 1) * limit, page * limit),
    totalItems: all.length,
    totalPages: Math.ceil(all.length / limit),
  }
}
