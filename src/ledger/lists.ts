// Lists by page and filter, newest first.
import { DELIVERY_STATUSES, type Delivery } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { EmulatorEvent } from '../core/event.js'
import type { DeliveryFilter, EventFilter, ListedDelivery, Page, SubjectFilter } from '../core/ledger.js'
import type { Outcome } from '../core/outcome.js'
import type { Subject } from '../core/subject.js'
import type { Database, Statement, Value } from './database.js'
import type { Kinds } from './kinds.js'
import { hashOf } from './recent-entries.js'
import { idColumn, idOf, rowById } from './row-ids.js'
import {
  ATTEMPTS_EACH,
  DELIVERY_COLUMNS,
  type DeliveryRow,
  deliveryOf,
  EVENT_COLUMNS,
  type EventRow,
  eventOf,
  OF_EVENT,
  SUBJECT_COLUMNS,
  type SubjectRow,
  subjectOf,
} from './rows.js'
import { EVENTS_ABOUT, type SubjectIndex } from './subject-index.js'
import type { Tallies } from './tallies.js'

/** Up to this many waiting deliveries are sorted; with more, a walk back from the newest row soon finds enough. */
const FEW_WAITING = 5000

/** A condition with the values it binds; undefined when the filter leaves it out. */
type Condition = { sql: string; values: Value[] } | undefined

function equals(column: string, value: string | undefined): Condition {
  return value === undefined ? undefined : { sql: `${column} = ?`, values: [value] }
}

/** A pattern that finds a text anywhere; `\\` escapes what LIKE takes for more than itself. */
const anywhere = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/** A delivery with what is in other tables: single rows, found by their keys. */
const LISTED_COLUMNS = `${DELIVERY_COLUMNS},
  (SELECT subject FROM events WHERE events.n = deliveries.event) AS subject,
  (SELECT outcome FROM attempts AS made WHERE made.n > deliveries.n * ${ATTEMPTS_EACH}
    AND made.n < (deliveries.n + 1) * ${ATTEMPTS_EACH} ORDER BY made.n DESC LIMIT 1) AS lastOutcome`

/** Deliveries of the events that a query finds. */
const ofEvents = (events: string) => `n IN (SELECT d.n FROM (${events}) AS e CROSS JOIN deliveries AS d ON ${OF_EVENT})`

/** The lists, each newest first and by page. */
export interface Lists {
  events(filter: EventFilter, page: Page): EmulatorEvent[]
  deliveries(filter: DeliveryFilter, page: Page): Delivery[]
  listedDeliveries(filter: DeliveryFilter, page: Page): ListedDelivery[]
  deliveryBelow(rows: number, before?: string): string | undefined
  subjects(filter: SubjectFilter, page: Page): Subject[]
}

/** Prepares the lists; a statement is made once for each set of conditions. */
export function readLists(
  db: Database,
  tallies: Tallies,
  index: Pick<SubjectIndex, 'recentEvents'>,
  kinds: Pick<Kinds, 'numbered' | 'which'>,
): Lists {
  const made = new Map<string, Statement>()
  const prepared = <R>(sql: string): Statement<Value[], R> => {
    const known = made.get(sql) ?? db.prepare<unknown[], R>(sql)
    made.set(sql, known)
    return known as Statement<Value[], R>
  }

  const list = <R>(columns: string, from: string, conditions: readonly Condition[], limit: number): R[] => {
    const present = conditions.filter(condition => condition !== undefined)
    const where = present.length === 0 ? '' : ` WHERE ${present.map(({ sql }) => sql).join(' AND ')}`
    const statement = prepared<R>(`SELECT ${columns} FROM ${from}${where} ORDER BY n DESC LIMIT +?`)
    return statement.all(...present.flatMap(({ values }) => values), limit)
  }

  const eventKey = rowById<{ n: number }>(db, 'events', 'n')
  const deliveryKey = rowById<{ n: number }>(db, 'deliveries', 'n')

  /** The newest of the subjects with this id. */
  const subjectKey = (provider: string | undefined, id: string): { n: number } | undefined => {
    const { sql = '', values = [] } = equals('provider', provider) ?? {}
    const and = sql === '' ? '' : ` AND ${sql}`
    return prepared<{ n: number }>(`SELECT n FROM subjects WHERE id = ?${and} ORDER BY n DESC LIMIT 1`).get(
      id,
      ...values,
    )
  }

  const ofKind = ({ provider, type }: Pick<EventFilter, 'provider' | 'type'>): Condition => {
    if (provider === undefined && type === undefined) return undefined
    const those = kinds.which(
      kind => (provider === undefined || kind.provider === provider) && (type === undefined || kind.type === type),
    )
    return { sql: 'kind IN (SELECT value FROM json_each(?))', values: [those] }
  }

  /** Rows older than the one with the id in `before`. */
  const olderThan = (keyOf: (id: string) => { n: number } | undefined, { before }: Pick<Page, 'before'>): Condition => {
    if (before === undefined) return undefined
    const row = keyOf(before)
    if (row === undefined)
      throw new EmulatorError(`There is no "${before}" to continue the list from.`, {
        code: 'invalid_input',
        where: 'before',
        hint: 'It may have been pruned since: start again with the first page.',
      })
    return { sql: 'n < ?', values: [row.n] }
  }

  /** Events about one of these subjects, by the index of subjects. */
  const about = (ids: readonly string[]): { sql: string; values: Value[] } => ({
    sql: `n IN (${EVENTS_ABOUT}) AND subject IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(ids.map(hashOf)), index.recentEvents(ids), JSON.stringify(ids)],
  })

  /** Events about a subject of the story; two providers may use the same id. */
  const ofStory = (story: string | undefined): Condition => {
    if (story === undefined) return undefined
    const subjects = prepared<{ id: string }>('SELECT DISTINCT id FROM subjects WHERE story = ?').all(story)
    const { sql, values } = about(subjects.map(({ id }) => id))
    return {
      sql: `${sql} AND EXISTS (SELECT 1 FROM subjects AS s WHERE s.provider = (SELECT provider FROM kinds WHERE kinds.n = events.kind) AND s.id = events.subject AND s.story = ?)`,
      values: [...values, story],
    }
  }

  /** Names the index: without statistics the planner cannot know how few deliveries an event has. */
  const bestIndex = ({ status, event, subscription, subject }: DeliveryFilter): string => {
    const fewWaiting = status === 'waiting' && tallies.totals().waiting <= FEW_WAITING
    if (event !== undefined || subject !== undefined) return 'NOT INDEXED'
    if (subscription !== undefined) return `INDEXED BY ${fewWaiting ? 'waiting_in_lane' : 'deliveries_of_lane'}`
    if (fewWaiting) return 'INDEXED BY waiting_by_due'
    return status === undefined || status === 'waiting' ? 'NOT INDEXED' : 'INDEXED BY deliveries_not_waiting'
  }

  const lanesWith = (url: string): string =>
    JSON.stringify([...tallies.lanes()].filter(lane => lane.url.includes(url)).map(lane => lane.n))

  /** Deliveries with a text in them or in their event. */
  const withText = (text: string | undefined): Condition => {
    if (text === undefined) return undefined
    const columns = [idColumn('deliveries', 'n', 'id'), idColumn('events', 'event', 'event_id')].map(
      column => `${column} LIKE ? ESCAPE '\\'`,
    )
    const inEvent = `EXISTS (SELECT 1 FROM events WHERE events.n = deliveries.event
      AND (events.subject LIKE ? ESCAPE '\\' OR events.payload LIKE ? ESCAPE '\\'))`
    const pattern = anywhere(text)
    return {
      sql: `(${columns.join(' OR ')} OR kind IN (SELECT n FROM kinds WHERE provider LIKE ? ESCAPE '\\' OR type LIKE ? ESCAPE '\\')
        OR +lane IN (SELECT value FROM json_each(?)) OR ${inEvent})`,
      values: [...columns.map(() => pattern), pattern, pattern, lanesWith(text), pattern, pattern],
    }
  }

  const deliveryRows = <R>(columns: string, filter: DeliveryFilter, page: Page): R[] => {
    const { status, subscription, url, subject, from } = filter
    const aboutSubject = subject === undefined ? undefined : about([subject])
    if (status !== undefined && !DELIVERY_STATUSES.includes(status)) return []
    const ofEvent = filter.event === undefined ? undefined : eventKey(filter.event)
    if (filter.event !== undefined && ofEvent === undefined) return []
    const oldest = from === undefined ? undefined : deliveryKey(from)
    if (from !== undefined && oldest === undefined) return []
    const lanes: Condition[] = []
    if (subscription !== undefined) {
      const lane = tallies.lane(subscription)
      if (lane === undefined) return []
      lanes.push({ sql: 'lane = ?', values: [lane.n] })
    }
    // With a condition on the bare column the planner would search lane by lane and sort the result.
    if (url !== undefined) lanes.push({ sql: '+lane IN (SELECT value FROM json_each(?))', values: [lanesWith(url)] })
    return list<R>(
      columns,
      `deliveries ${bestIndex(filter)}`,
      [
        // A literal, because SQLite cannot match a bound value to a partial index.
        status === undefined ? undefined : { sql: `status = '${status}'`, values: [] },
        ofKind(filter),
        ofEvent && { sql: ofEvents('SELECT n, deliveries_from FROM events WHERE n = ?'), values: [ofEvent.n] },
        ...lanes,
        aboutSubject && {
          ...aboutSubject,
          sql: ofEvents(`SELECT n, deliveries_from FROM events WHERE ${aboutSubject.sql}`),
        },
        withText(filter.text),
        oldest && { sql: 'n >= ?', values: [oldest.n] },
        olderThan(deliveryKey, page),
      ],
      page.limit,
    )
  }

  const ofLane = (row: DeliveryRow): Delivery => deliveryOf(row, tallies.laneNumbered(row.lane).subscription, kinds)

  return {
    events: (filter, page) =>
      list<EventRow>(
        EVENT_COLUMNS,
        'events',
        [
          ofKind(filter),
          filter.subject === undefined ? undefined : about([filter.subject]),
          ofStory(filter.story),
          olderThan(eventKey, page),
        ],
        page.limit,
      ).map(row => eventOf(row, kinds)),

    deliveries: (filter, page) => deliveryRows<DeliveryRow>(DELIVERY_COLUMNS, filter, page).map(ofLane),

    listedDeliveries: (filter, page) =>
      deliveryRows<DeliveryRow & { subject: string | null; lastOutcome: string | null }>(
        LISTED_COLUMNS,
        filter,
        page,
      ).map(row => ({
        delivery: ofLane(row),
        subject: row.subject,
        url: tallies.laneNumbered(row.lane).url,
        lastOutcome: row.lastOutcome === null ? null : (JSON.parse(row.lastOutcome) as Outcome),
      })),

    deliveryBelow: (rows, before) => {
      const older = olderThan(deliveryKey, { before })
      const sql = `SELECT n, id FROM deliveries ${older === undefined ? '' : `WHERE ${older.sql}`} ORDER BY n DESC LIMIT 1 OFFSET ?`
      const row = prepared<{ n: number; id: string | null }>(sql).get(...(older?.values ?? []), rows)
      return row && idOf('deliveries', row.n, row.id)
    },

    subjects: (filter, page) =>
      list<SubjectRow>(
        SUBJECT_COLUMNS,
        'subjects',
        [
          equals('provider', filter.provider),
          equals('kind', filter.kind),
          equals('story', filter.story),
          equals('state', filter.state),
          equals('account', filter.account),
          olderThan(id => subjectKey(filter.provider, id), page),
        ],
        page.limit,
      ).map(subjectOf),
  }
}
