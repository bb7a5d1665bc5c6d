// The kill ledger: ten kills lose nothing, and the judge that says so finds each kind of violation when the evidence is doctored.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { Evidence, StoredDelivery } from './evidence.js'
import { judge } from './judge.js'
import { NAMED_POINTS, planBehaviour, planKills } from './plan.js'
import { type RunResult, torture } from './run.js'

const KILLS = 10

let folder: string
let result: RunResult

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'standin-torture-'))
  const cli = join(inject('built'), 'dist/cli/main.js')
  result = await torture({ kills: KILLS, seed: 1, provider: 'standard', cli, folder })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

it(`${KILLS} kills, at each named point and at random, lose nothing, make up nothing and skip nothing`, () => {
  const { figures, reached, violations } = result
  expect(violations).toEqual([])
  expect(Object.keys(reached)).toEqual(expect.arrayContaining([...NAMED_POINTS, 'random']))
  expect(figures.accepted).toBeGreaterThan(KILLS)
  expect(figures.delivered + figures.owed + figures.exhausted).toBeGreaterThanOrEqual(2 * figures.accepted)
  expect(figures.duplicates.interrupted, 'attempts were in flight').toBeGreaterThan(0)
})

it('the same seed plans the same kills and the same misbehaviour of the sink', () => {
  const plan = (seed: number) => {
    const next = planBehaviour(seed, 'open')
    return [planKills(seed, 60), Array.from({ length: 100 }, next)]
  }
  expect(plan(7)).toEqual(plan(7))
  expect(plan(8)).not.toEqual(plan(7))
})

/** A delivery of the run that was accepted at its first attempt, and is so in the evidence given. */
function deliveredIn({ deliveries, arrivals, subscriptions }: Evidence): StoredDelivery {
  const found = deliveries.find(
    ({ made, body, subscriptionId }) =>
      made.length === 1 &&
      made[0]?.accepted &&
      subscriptions[0]?.id === subscriptionId &&
      arrivals.some(arrival => arrival.path === '/open' && arrival.body === body),
  )
  if (found === undefined) throw new Error('no delivery was accepted at once')
  return found
}

/** The request of a delivery at the sink. */
function requestOf({ arrivals }: Evidence, { body }: StoredDelivery) {
  const found = arrivals.find(arrival => arrival.path === '/open' && arrival.body === body)
  if (found === undefined) throw new Error('the sink has no such request')
  return found
}

/** Takes attempts from or adds them to a delivery, and to what the ledger counts. */
function change(evidence: Evidence, delivery: StoredDelivery, made: StoredDelivery['made']): void {
  evidence.counts.attempts += made.length - delivery.made.length
  delivery.attempts = made.length
  delivery.counted = made.filter(({ outcome }) => outcome?.kind === 'answered').length
  delivery.made = made
}

const again = ({ made: [first] }: StoredDelivery, number: number) => {
  if (first === undefined) throw new Error('it has no attempt')
  return { ...first, number }
}

const DOCTORED: [claim: string, kind: string, doctor: (evidence: Evidence) => void][] = [
  [
    'an accepted event that the ledger does not have',
    'lost',
    ({ clients }) => {
      clients.push({ kind: 'asked', id: 'gone' }, { kind: 'answered', id: 'gone', status: 202, deliveries: ['dl_0'] })
    },
  ],
  [
    'a delivery that is called delivered and never reached the sink',
    'lost',
    evidence => {
      const request = requestOf(evidence, deliveredIn(evidence))
      evidence.arrivals = evidence.arrivals.filter(arrival => arrival !== request)
    },
  ],
  [
    'an owed delivery that is never due',
    'lost',
    ({ deliveries }) => {
      for (const delivery of deliveries.filter(({ status }) => status === 'waiting').slice(0, 1)) delivery.dueAt = null
    },
  ],
  [
    'an event with one of its two deliveries',
    'half',
    evidence => {
      const id = 'half'
      evidence.clients.push({ kind: 'asked', id })
      evidence.events.push(id)
      const first = deliveredIn(evidence)
      evidence.deliveries.push({
        ...first,
        id: 'dl_0',
        eventId: id,
        body: id,
        status: 'waiting',
        dueAt: 1,
        counted: 0,
        attempts: 0,
        made: [],
      })
      evidence.counts.waiting++
    },
  ],
  [
    'a gap in the numbers of attempts',
    'gap',
    evidence => {
      const delivery = deliveredIn(evidence)
      delivery.made = [again(delivery, 2)]
    },
  ],
  [
    'a settled delivery that was sent again',
    'sent-again',
    evidence => {
      const delivery = deliveredIn(evidence)
      evidence.arrivals.push(requestOf(evidence, delivery))
      change(evidence, delivery, [again(delivery, 1), again(delivery, 2)])
    },
  ],
  [
    'a duplicate without an attempt',
    'unexplained',
    evidence => void evidence.arrivals.push(requestOf(evidence, deliveredIn(evidence))),
  ],
  [
    'a request with a body that nobody owes',
    'unknown',
    evidence => void evidence.arrivals.push({ ...requestOf(evidence, deliveredIn(evidence)), body: '{"made":"up"}' }),
  ],
  [
    'an event that nobody asked for',
    'unknown',
    evidence => {
      const { eventId } = deliveredIn(evidence)
      evidence.clients = evidence.clients.filter(({ id }) => id !== eventId)
    },
  ],
  [
    'a delivery exhausted before its schedule ends',
    'schedule',
    evidence => {
      const delivery = evidence.deliveries.find(({ status }) => status === 'waiting')
      if (delivery === undefined) throw new Error('nothing is owed')
      delivery.status = 'exhausted'
      evidence.counts.waiting--
      evidence.counts.exhausted++
    },
  ],
  ['a count that the rows contradict', 'ledger', ({ counts }) => void counts.delivered++],
  [
    'an event that was not accepted',
    'refused',
    ({ clients }) =>
      void clients.push({ kind: 'asked', id: 'no' }, { kind: 'answered', id: 'no', status: 500, deliveries: [] }),
  ],
]

it.each(DOCTORED)('the judge finds %s', (_, kind, doctor) => {
  const evidence = structuredClone(result.evidence)
  doctor(evidence)
  expect(judge(evidence).violations.map(violation => violation.kind)).toEqual([kind])
})

/** A delivery that was sent twice within a second, with the same headers: the first timed out, the second was accepted; `torn` more broke off. */
function sentTwice(torn: number): Evidence {
  const headers: [string, string][] = [['webhook-id', 'msg_1']]
  const request = { kind: 'request', path: '/open', headers, body: '{}', whole: true } as const
  const answered = { kind: 'answered', status: 200 } as const
  const made: StoredDelivery['made'] = [
    { number: 1, headers, outcome: { kind: 'timed_out' }, accepted: false },
    { number: 2, headers, outcome: answered, accepted: true },
  ]
  const delivery = { id: 'dl_1', eventId: 'ev_1', subscriptionId: 'sub_1', status: 'delivered', dueAt: null } as const
  const did = { kind: 'reset', after: 'line' } as const
  return {
    clients: [
      { kind: 'asked', id: 'ev_1' },
      { kind: 'answered', id: 'ev_1', status: 202, deliveries: ['dl_1'] },
    ],
    arrivals: [
      ...Array.from({ length: torn }, () => ({ ...request, headers: [], body: '', whole: false, did })),
      { ...request, did: { kind: 'answer', status: 200, afterMs: 0 } },
    ],
    subscriptions: [{ id: 'sub_1', path: '/open', maxAttempts: 3 }],
    events: ['ev_1'],
    deliveries: [{ ...delivery, attempts: 2, counted: 2, body: '{}', made }],
    counts: { waiting: 0, attempting: 0, delivered: 1, exhausted: 0, cancelled: 0, attempts: 2 },
    integrity: 'ok',
  }
}

it('a request that broke off early is that of an attempt without another; one more is unexplained', () => {
  expect(judge(sentTwice(0)).violations).toEqual([])
  expect(judge(sentTwice(1)).violations).toEqual([])
  expect(judge(sentTwice(2)).violations).toMatchObject([
    { kind: 'unexplained', about: 'requests to /open', detail: '2 broke off early, and 1 attempts may be theirs' },
  ])
})
