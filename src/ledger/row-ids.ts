// Ids of events and deliveries: the number of the row, such as `ev_7`, or a text that the row keeps.
import type { Counters } from './counters.js'
import type { Database } from './database.js'

/** A table whose rows have such ids. */
export type Table = 'events' | 'deliveries'

const PREFIX = { events: 'ev_', deliveries: 'dl_' } as const

/** The counters that number them. */
const COUNTER = { events: 'event', deliveries: 'delivery' } as const

/** With a greater number the key of an attempt would be no exact number. */
const GREATEST = 2 ** 32 - 1

/** The id of a row: `id` is what it keeps. */
export function idOf(table: Table, n: number, id: string | null): string {
  return id ?? `${PREFIX[table]}${n}`
}

/** SQL for the id of a row whose number and text are in these columns. */
export function idColumn(table: Table, n: string, id: string): string {
  return `ifnull(${id}, '${PREFIX[table]}' || ${n})`
}

/** The number in an id such as `ev_7`; undefined for any other id, such as `ev_07`. */
function numberIn(table: Table, id: string): number | undefined {
  const prefix = PREFIX[table]
  if (!id.startsWith(prefix)) return undefined
  const number = Number(id.slice(prefix.length))
  return number >= 1 && number <= GREATEST && `${prefix}${number}` === id && Number.isInteger(number)
    ? number
    : undefined
}

/** Finds a row by its id. */
export function rowById<R>(db: Database, table: Table, columns: string): (id: string) => R | undefined {
  const numbered = db.prepare<[number], R>(`SELECT ${columns} FROM ${table} WHERE n = ? AND id IS NULL`)
  const named = db.prepare<[string], R>(`SELECT ${columns} FROM ${table} WHERE id = ?`)
  return id => {
    const n = numberIn(table, id)
    return (n === undefined ? undefined : numbered.get(n)) ?? named.get(id)
  }
}

/**
 * The number and the text that a new row with this id keeps. A row with an id of its own takes the next number, so that no id has it:
 * ids that are numbers come from the counter too.
 */
export function placeFor(
  counters: Pick<Counters, 'raise' | 'raiseTo'>,
  table: Table,
  id: string,
): { n: number; id: string | null } {
  const n = numberIn(table, id)
  if (n === undefined) return { n: counters.raise(COUNTER[table]), id }
  counters.raiseTo(COUNTER[table], n)
  return { n, id: null }
}
