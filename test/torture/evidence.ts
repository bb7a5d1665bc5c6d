// What a run is judged by: the two logs, and the ledger's file, of which a copy is read so that the file stays as the run left it.
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Attempt, Delivery, DeliveryStatus } from '../../src/core/delivery.js'
import { payloadText } from '../../src/core/event.js'
import { openDatabase } from '../../src/ledger/open-database.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { type Arrival, type ClientLine, readLog } from './logs.js'

/** A delivery as the ledger has it; `body` is what every attempt sends. */
export type StoredDelivery = Pick<
  Delivery,
  'id' | 'eventId' | 'subscriptionId' | 'status' | 'attempts' | 'counted' | 'dueAt'
> & {
  body: string
  made: Pick<Attempt, 'number' | 'headers' | 'outcome' | 'accepted'>[]
}

/** One of the sink's subscriptions. */
export interface SinkSubscription {
  id: string
  /** Path of its URL. */
  path: string
  /** Attempts that its schedule allows. */
  maxAttempts: number
}

/** All that a run is judged by. */
export interface Evidence {
  clients: ClientLine[]
  arrivals: Arrival[]
  subscriptions: SinkSubscription[]
  events: string[]
  deliveries: StoredDelivery[]
  /** What the ledger itself counts. */
  counts: Record<DeliveryStatus, number> & { attempts: number }
  /** What SQLite says of the file: `ok`. */
  integrity: string
}

/** More rows than there are. */
const ALL = { limit: 1_000_000 }

/** Reads everything; the copy is made in `folder`. */
export async function readEvidence(
  files: { ledger: string; clients: string; sink: string; folder: string },
  subscriptions: SinkSubscription[],
): Promise<Evidence> {
  mkdirSync(files.folder, { recursive: true })
  const location = join(files.folder, basename(files.ledger))
  for (const suffix of ['', '-wal'])
    if (existsSync(`${files.ledger}${suffix}`)) copyFileSync(`${files.ledger}${suffix}`, `${location}${suffix}`)
  const ledger = openLedger({ location })
  const events = ledger.events({}, ALL)
  const texts = new Map(events.map(event => [event.id, payloadText(event)]))
  const deliveries = ledger.deliveries({}, ALL).map(
    (delivery): StoredDelivery => ({
      ...delivery,
      body: delivery.body ?? texts.get(delivery.eventId) ?? '',
      made: ledger.attempts(delivery.id),
    }),
  )
  const counts = { ...ledger.deliveryCounts(), attempts: ledger.attemptCount() }
  await ledger.close()
  const database = openDatabase(location)
  const integrity = String(database.pragma('integrity_check'))
  database.close()
  return {
    clients: readLog<ClientLine>(files.clients),
    arrivals: readLog<Arrival>(files.sink),
    subscriptions,
    events: events.map(({ id }) => id),
    deliveries,
    counts,
    integrity,
  }
}
