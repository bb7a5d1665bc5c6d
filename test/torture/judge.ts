// Judges a run by its evidence alone: what was lost, made up, skipped or sent again, and how each duplicate is explained.
import { isSettled } from '../../src/core/delivery.js'
import { countsForReceiver, describeOutcome } from '../../src/core/outcome.js'
import type { Evidence, SinkSubscription, StoredDelivery } from './evidence.js'
import type { ClientLine } from './logs.js'
import { isRequestOf, matched, requestsOf, tornAtMost } from './requests.js'

/**
 * - `lost`: an accepted event is not there, or is neither delivered at the sink nor owed nor exhausted;
 * - `half`: an event without its deliveries, or a delivery without its event;
 * - `unknown`: a request that no delivery owes, or an event that nobody asked for;
 * - `gap`: the attempts of a delivery are not numbered from 1 without a gap;
 * - `sent-again`: an attempt after the one that settled its delivery;
 * - `unexplained`: a request at the sink that is no attempt in the ledger, or an answered attempt that the sink knows nothing of;
 * - `schedule`: a delivery is exhausted, or owed, against its schedule;
 * - `refused`: a client was answered something other than that its event is accepted, or another answer the second time;
 * - `ledger`: the ledger contradicts itself.
 */
export type ViolationKind =
  | 'lost'
  | 'half'
  | 'unknown'
  | 'gap'
  | 'sent-again'
  | 'unexplained'
  | 'schedule'
  | 'refused'
  | 'ledger'

export interface Violation {
  kind: ViolationKind
  /** The event, the delivery or the request. */
  about: string
  detail: string
}

/** What a run came to. */
export interface Figures {
  asked: number
  accepted: number
  /** Asked and never answered, and how many of these are in the ledger nevertheless. */
  unanswered: number
  unansweredStored: number
  delivered: number
  owed: number
  exhausted: number
  requests: number
  /** Requests that came before the last of their delivery, by the outcome that the ledger has of them. */
  duplicates: Record<string, number>
}

/** The verdict of a run. */
export interface Verdict {
  figures: Figures
  violations: Violation[]
}

type Made = StoredDelivery['made'][number]

interface Asked {
  accepted: boolean
  /** Ids of the deliveries, as first answered. */
  deliveries: string[]
}

/** What the clients asked, by event; answers that accept nothing, or that differ from the first, are told to `refused`. */
function readClients(lines: readonly ClientLine[], refused: (id: string, detail: string) => void): Map<string, Asked> {
  const events = new Map<string, Asked>()
  for (const line of lines) {
    const event = events.get(line.id) ?? { accepted: false, deliveries: [] }
    events.set(line.id, event)
    if (line.kind === 'asked') continue
    if (line.status !== 202 && line.status !== 200) {
      refused(line.id, `the client was answered ${line.status}`)
      continue
    }
    const before = event.deliveries.join()
    if (event.accepted && before !== line.deliveries.join())
      refused(line.id, `the client was answered ${before} first and ${line.deliveries.join()} then`)
    if (!event.accepted) Object.assign(event, { accepted: true, deliveries: line.deliveries })
  }
  return events
}

const outcomeOf = ({ outcome }: Made) => (outcome === null ? 'no outcome' : describeOutcome(outcome))

/** The faults of one delivery by itself. */
function* faultsOf(delivery: StoredDelivery, { maxAttempts }: SinkSubscription): Generator<[ViolationKind, string]> {
  const { made, status, attempts, counted, dueAt } = delivery
  const numbers = made.map(({ number }) => number)
  if (numbers.some((number, at) => number !== at + 1) || attempts !== made.length)
    yield ['gap', `its ${attempts} attempts are numbered ${numbers.join(', ') || 'not at all'}`]
  const first = made.findIndex(({ accepted }) => accepted)
  if (first >= 0 && first < made.length - 1)
    yield ['sent-again', `attempt ${made[first]?.number} was accepted, and ${made.length - 1 - first} more were made`]
  const forReceiver = made.filter(({ outcome }) => outcome !== null && countsForReceiver(outcome)).length
  if (counted !== forReceiver) yield ['schedule', `it counts ${counted} attempts where ${forReceiver} count`]
  if (forReceiver > maxAttempts) yield ['sent-again', `${forReceiver} attempts where its schedule has ${maxAttempts}`]
  if (status === 'exhausted' && (forReceiver < maxAttempts || first >= 0))
    yield ['schedule', `it is exhausted after ${forReceiver} of ${maxAttempts} attempts`]
  if (status === 'delivered' && first < 0) yield ['lost', 'it is delivered, and no attempt was accepted']
  if (status === 'cancelled') yield ['lost', 'it is cancelled, and nobody has cancelled it']
  if (isSettled(status)) {
    if (made.some(({ outcome }) => outcome === null)) yield ['ledger', 'it is settled with an attempt in flight']
    return
  }
  if (dueAt === null) yield ['lost', 'it is owed, and never due']
  if (first >= 0 || forReceiver >= maxAttempts)
    yield ['schedule', `it is owed after ${made.map(outcomeOf).join(', ')}, of ${maxAttempts} attempts at most`]
}

/** Judges a run; it changes nothing. */
export function judge(evidence: Evidence): Verdict {
  const { clients, arrivals, subscriptions, events, deliveries, counts, integrity } = evidence
  const violations: Violation[] = []
  const violated = (kind: ViolationKind, about: string, detail: string) => violations.push({ kind, about, detail })
  const asked = readClients(clients, (id, detail) => violated('refused', id, detail))
  const subscriptionOf = new Map(subscriptions.map(subscription => [subscription.id, subscription]))
  const ofEvent = new Map<string, StoredDelivery[]>(events.map(id => [id, []]))
  for (const delivery of deliveries) {
    const own = ofEvent.get(delivery.eventId)
    if (own === undefined) violated('half', delivery.id, `there is no event ${delivery.eventId}`)
    else own.push(delivery)
  }

  for (const [id, { accepted, deliveries: answered }] of asked) {
    const stored = ofEvent.get(id)
    if (!accepted) continue
    if (stored === undefined) violated('lost', id, 'it was accepted, and the ledger does not have it')
    else
      for (const owed of answered)
        if (!stored.some(delivery => delivery.id === owed))
          violated('lost', id, `it was accepted with the delivery ${owed}, which the ledger does not have`)
  }
  for (const [id, stored] of ofEvent) {
    if (!asked.has(id)) violated('unknown', id, 'the ledger has it, and no client asked for it')
    else if (subscriptions.some(to => stored.filter(({ subscriptionId }) => subscriptionId === to.id).length !== 1))
      violated('half', id, `it has ${stored.length} deliveries for ${subscriptions.length} subscriptions`)
  }

  const pathOf = ({ subscriptionId }: StoredDelivery) => subscriptionOf.get(subscriptionId)?.path ?? ''
  const requests = requestsOf(arrivals, deliveries, pathOf)
  for (const { path, body } of requests.unknown)
    violated('unknown', `a request to ${path}`, `no delivery owes it: ${body.slice(0, 200)}`)
  const duplicates: Record<string, number> = {}
  /** By path: how many attempts those can be that broke off before they said whose they were. */
  const unseen = new Map<string, number>()
  for (const delivery of deliveries) {
    const { id, eventId, subscriptionId, made } = delivery
    const about = `${id} (${eventId})`
    const subscription = subscriptionOf.get(subscriptionId)
    if (subscription === undefined) violated('unknown', about, `it is of ${subscriptionId}, which nobody made`)
    else for (const [kind, detail] of faultsOf(delivery, subscription)) violated(kind, about, detail)

    const own = requests.of.get(delivery) ?? []
    const places = matched(own, made, isRequestOf)
    places.forEach((place, at) => {
      if (place === -1)
        violated(
          'unexplained',
          about,
          `no attempt of ${made.length} is its request ${at + 1}: ${JSON.stringify(own[at]?.did)}`,
        )
      else if (at < own.length - 1) {
        const outcome = outcomeOf(made[place] as Made)
        duplicates[outcome] = (duplicates[outcome] ?? 0) + 1
      }
    })
    const path = pathOf(delivery)
    unseen.set(path, (unseen.get(path) ?? 0) + tornAtMost(own, made))
    const answered = made.filter(({ outcome }) => outcome?.kind === 'answered')
    matched(answered, own, (attempt, arrival) => isRequestOf(arrival, attempt)).forEach((place, at) => {
      if (place === -1)
        violated(
          answered[at]?.accepted ? 'lost' : 'unexplained',
          about,
          `attempt ${answered[at]?.number} was answered ${outcomeOf(answered[at] as Made)}, and the sink knows nothing of it`,
        )
    })
  }

  for (const [path, torn] of requests.torn) {
    const attempts = unseen.get(path) ?? 0
    if (torn > attempts)
      violated('unexplained', `requests to ${path}`, `${torn} broke off early, and ${attempts} attempts may be theirs`)
  }

  const by = (...statuses: string[]) => deliveries.filter(({ status }) => statuses.includes(status)).length
  const rows = {
    waiting: by('waiting'),
    attempting: by('attempting'),
    delivered: by('delivered'),
    exhausted: by('exhausted'),
    cancelled: by('cancelled'),
    attempts: deliveries.reduce((sum, { made }) => sum + made.length, 0),
  }
  if (integrity !== 'ok') violated('ledger', 'the file', integrity)
  for (const [name, count] of Object.entries(rows))
    if (counts[name as keyof typeof rows] !== count)
      violated('ledger', name, `it counts ${counts[name as keyof typeof rows]}, and has ${count}`)

  const all = [...asked]
  const unanswered = all.filter(([, { accepted }]) => !accepted)
  return {
    violations,
    figures: {
      asked: all.length,
      accepted: all.length - unanswered.length,
      unanswered: unanswered.length,
      unansweredStored: unanswered.filter(([id]) => ofEvent.has(id)).length,
      delivered: rows.delivered,
      owed: rows.waiting + rows.attempting,
      exhausted: rows.exhausted,
      requests: arrivals.length,
      duplicates,
    },
  }
}
