// Pruning deletes the same rows as a plain model of it, which looks at every row.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Delivery } from '../../src/core/delivery.js'
import { isSettled } from '../../src/core/delivery.js'
import type { EmulatorEvent } from '../../src/core/event.js'
import type { Ledger, LedgerRows } from '../../src/core/ledger.js'
import type { Subject } from '../../src/core/subject.js'
import { openLedger } from '../../src/ledger/sqlite.js'
import { accepted, aDelivery, anAttempt, anEvent, aSubject, rejected, T0 } from '../support/records.js'

const ALL = { limit: 1_000_000 }
const PROVIDERS = ['acme', 'other']
const LANES = ['sub_1', 'sub_2']
const SUBJECTS = Array.from({ length: 10 }, (_, i) => `s${i}`)
const STORIES = ['one', 'two', 'three']

/** Every row that pruning may delete, oldest first. */
interface Rows {
  deliveries: (Delivery & { inFlight: boolean; attemptRows: number })[]
  events: EmulatorEvent[]
  subjects: Subject[]
}

function rowsOf(ledger: Ledger): Rows {
  return {
    deliveries: ledger
      .deliveries({}, ALL)
      .reverse()
      .map(delivery => {
        const attempts = ledger.attempts(delivery.id)
        return {
          ...delivery,
          inFlight: attempts.some(({ outcome }) => outcome === null),
          attemptRows: attempts.length,
        }
      }),
    events: ledger.events({}, ALL).reverse(),
    subjects: ledger.subjects({}, ALL).reverse(),
  }
}

const keyOf = ({ provider, id }: { provider: string; id: string }) => `${provider}/${id}`
const storyOf = ({ provider, story }: { provider: string; story: string }) => `${provider}/${story}`

/** What is left of deliveries and events; `numberOf` is the number of an event's row. */
function delivered({ deliveries, events }: Rows, keep: number, numberOf: (id: string) => number) {
  const settled = deliveries.filter(({ status }) => isSettled(status))
  const gone = new Set(settled.filter(({ inFlight }) => !inFlight).slice(0, Math.max(0, settled.length - keep)))
  const left = deliveries.filter(delivery => !gone.has(delivery))
  const withDelivery = new Set(left.map(({ eventId }) => eventId))
  const newest = Math.max(0, ...events.map(({ id }) => numberOf(id)))
  const to = Math.max(newest - keep, ...[...gone].map(({ eventId }) => numberOf(eventId)))
  return {
    deliveries: left,
    events: events.filter(({ id }) => withDelivery.has(id) || numberOf(id) > to),
    count: gone.size,
  }
}

/** The stories that may not go while subjects changed until `newest` may. */
function storiesInUse(rows: Rows, ledger: Ledger, newest: number): Set<string> {
  const owed = new Set(rows.deliveries.filter(({ status }) => !isSettled(status)).map(({ eventId }) => eventId))
  const needed = new Set([
    ...ledger.timers().map(({ provider, subject }) => keyOf({ provider, id: subject })),
    ...rows.events
      .filter(({ id }) => owed.has(id))
      .map(({ provider, subject }) => keyOf({ provider, id: subject ?? '' })),
  ])
  return new Set(rows.subjects.filter(subject => subject.updatedAt > newest || needed.has(keyOf(subject))).map(storyOf))
}

/** The subjects in the order of their going, and how many are too many. */
function ordered({ subjects }: Rows, keep: number) {
  const order = [...subjects].sort((a, b) => a.updatedAt - b.updatedAt)
  const excess = Math.max(0, order.length - keep)
  return { order, excess, newest: order[excess - 1]?.updatedAt ?? Number.NEGATIVE_INFINITY }
}

/** The subjects that are left; `rows` has what is left of deliveries and events. */
function subjectsLeft(rows: Rows, ledger: Ledger, keep: number): Subject[] {
  const { order, excess, newest } = ordered(rows, keep)
  const inUse = storiesInUse(rows, ledger, newest)
  const gone = new Set<Subject>()
  for (const { updatedAt, ...subject } of order) {
    if (gone.size >= excess || updatedAt > newest) break
    if (inUse.has(storyOf(subject))) continue
    for (const one of order) if (storyOf(one) === storyOf(subject)) gone.add(one)
  }
  return rows.subjects.filter(subject => !gone.has(subject))
}

const provider = fc.constantFrom(...PROVIDERS)
const lane = fc.constantFrom(...LANES)
const subject = fc.constantFrom(...SUBJECTS)
const keep = fc.oneof(fc.constant(0), fc.nat(6))
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('trigger' as const),
      provider,
      subject: fc.option(subject, { freq: 5 }),
      story: fc.option(fc.constantFrom(...STORIES), { freq: 3 }),
      own: fc.boolean(),
      hasKey: fc.boolean(),
      lanes: fc.array(lane, { maxLength: 3 }),
      later: fc.nat(1),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      lane,
      limit: fc.integer({ min: 1, max: 6 }),
      end: fc.constantFrom(
        'accepted' as const,
        'accepted' as const,
        'exhausted' as const,
        'later' as const,
        'none' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('claim' as const), lane }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('start' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('resend' as const), which: fc.nat(50) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), which: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), lane, attempting: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('timer' as const), provider, subject }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('no timer' as const), provider, subject }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('prune' as const), keep, anew: fc.boolean(), onward: fc.nat(2) }),
  },
)

/** A ledger, and what the history has to know of it. */
function history() {
  const ledger = openLedger({ location: ':memory:' })
  const numbers = new Map<string, number>()
  const keys = new Set<string>()
  let events = 0
  let deliveries = 0
  let now = T0
  let claimed: Delivery[] = []
  const inFlight: { id: string; number: number; isResend: boolean }[] = []

  const start = (rows: LedgerRows, id: string, number: number, isResend: boolean): void => {
    rows.startAttempt(anAttempt(id, number, { cause: isResend ? 'resend' : 'scheduled' }))
    inFlight.push({ id, number, isResend })
  }

  const run = async (it: typeof step extends fc.Arbitrary<infer T> ? T : never): Promise<void> => {
    if (it.do === 'trigger')
      await ledger.write(rows => {
        now += it.later
        const n = ++events
        const id = it.own ? `own-${n}` : `ev_${n}`
        numbers.set(id, n)
        const story = it.story ?? it.subject
        if (it.subject !== null && story !== null) {
          rows.putSubject(aSubject(it.subject, { provider: it.provider, story, updatedAt: now }))
          if (it.hasKey) rows.countInStory(it.provider, story, 'THING_DONE')
        }
        rows.insertEvent(anEvent(id, { provider: it.provider, subject: it.subject }))
        if (it.hasKey) {
          rows.rememberIdempotency(id, 'digest', {})
          keys.add(id)
        }
        for (const subscriptionId of it.lanes)
          rows.insertDelivery(aDelivery(`dl_${++deliveries}`, { eventId: id, subscriptionId }))
      })
    else if (it.do === 'work')
      await ledger.write(rows => {
        for (const { id, attempts } of rows.claim(it.lane, T0, it.limit)) {
          start(rows, id, attempts + 1, false)
          if (it.end === 'none') continue
          inFlight.pop()
          if (it.end === 'accepted') rows.finishAttempt(accepted(id, attempts + 1))
          else rows.finishAttempt(rejected(id, attempts + 1, it.end === 'later' ? T0 : null))
        }
      })
    else if (it.do === 'claim') claimed.push(...(await ledger.write(rows => rows.claim(it.lane, T0, 2))))
    else if (it.do === 'start') {
      const due = claimed
      claimed = []
      for (const { id, attempts } of due) {
        const there = ledger.delivery(id)
        const started = ledger.write(rows => start(rows, id, attempts + 1, false))
        if (there === undefined) await expect(started).rejects.toThrow(`There is no delivery ${id}.`)
        else await started
      }
    } else if (it.do === 'resend') {
      const settled = rowsOf(ledger).deliveries.filter(one => isSettled(one.status) && !one.inFlight)
      const one = settled[it.which % settled.length]
      const isClaimed = claimed.some(({ id }) => id === one?.id)
      if (one !== undefined && !isClaimed) await ledger.write(rows => start(rows, one.id, one.attempts + 1, true))
    } else if (it.do === 'end') {
      const [one] = inFlight.splice(it.which % inFlight.length, 1)
      if (one !== undefined)
        await ledger.write(rows => {
          const end = accepted(one.id, one.number)
          rows.finishAttempt(one.isResend ? { ...end, counts: false, delivery: undefined } : end)
        })
    } else if (it.do === 'cancel')
      await ledger.write(rows => (it.attempting ? rows.cancelAttempting : rows.cancelWaiting)(it.lane, T0))
    else if (it.do === 'timer')
      await ledger.write(rows =>
        rows.setTimer({ provider: it.provider, subject: it.subject, name: 't', at: 1, data: {} }),
      )
    else if (it.do === 'no timer') await ledger.write(rows => rows.removeTimer(it.provider, it.subject))
    else await prune(it.keep, it.anew, it.onward)
  }

  /** What is there of the ids that ever were. */
  const keysLeft = () => [...keys].filter(id => ledger.idempotency(id) !== undefined)
  const counted = () =>
    PROVIDERS.flatMap(of =>
      [...STORIES, ...SUBJECTS]
        .filter(story => ledger.storyCount(of, story, 'THING_DONE') > 0)
        .map(story => `${of}/${story}`),
    )

  const prune = async (keep: number, anew: boolean, onward: number): Promise<void> => {
    const before = rowsOf(ledger)
    const keysBefore = keysLeft()
    const countedBefore = counted()
    const timers = ledger.timers()
    const model = delivered(before, keep, id => numbers.get(id) ?? 0)
    const expected = subjectsLeft({ ...before, ...model }, ledger, keep)

    const pruned = ledger.write(rows => rows.prune(keep))
    // Where another writer of its group fails, a call looks at all subjects again.
    if (anew)
      await expect(
        ledger.write(() => {
          throw new Error('undone')
        }),
      ).rejects.toThrow('undone')
    expect(await pruned).toBe(model.count)

    const after = rowsOf(ledger)
    expect(after.deliveries).toEqual(model.deliveries)
    expect(after.events).toEqual(model.events)
    expect(ledger.timers()).toEqual(timers)
    if (anew) expect(after.subjects).toEqual(expected)
    else {
      // It goes on where the last call ended. After some calls all that is left beyond the number is in use.
      for (let call = 0; call < 2 + onward; call++) await ledger.write(rows => rows.prune(keep))
    }
    const left = rowsOf(ledger)
    const gone = before.subjects.filter(one => !left.subjects.some(other => keyOf(other) === keyOf(one)))
    const stories = new Set(gone.map(storyOf))
    expect(left.subjects.filter(one => stories.has(storyOf(one)))).toEqual([])
    const { newest } = ordered(before, keep)
    const inUse = storiesInUse({ ...before, ...model }, ledger, newest)
    expect([...stories].filter(story => inUse.has(story))).toEqual([])

    const events = new Set(after.events.map(({ id }) => id))
    expect(keysLeft()).toEqual(keysBefore.filter(id => events.has(id)))
    expect(counted()).toEqual(countedBefore.filter(story => !stories.has(story)))
    expect(ledger.attemptCount()).toBe(after.deliveries.reduce((sum, { attemptRows }) => sum + attemptRows, 0))
    const counts = { waiting: 0, attempting: 0, delivered: 0, exhausted: 0, cancelled: 0 }
    for (const { status } of after.deliveries) counts[status]++
    expect(ledger.deliveryCounts()).toEqual(counts)
    for (const id of SUBJECTS) {
      expect(ledger.events({ subject: id }, ALL).reverse()).toEqual(after.events.filter(one => one.subject === id))
      for (const of of PROVIDERS)
        expect(ledger.subject(of, id)).toEqual(left.subjects.find(one => one.id === id && one.provider === of))
    }
  }

  return { ledger, run, prune }
}

it('deletes what a plain model deletes, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async steps => {
      const { ledger, run, prune } = history()
      for (const it of steps) await run(it)
      await prune(2, true, 0)
      await ledger.close()
    }),
    { numRuns: 60, seed: 1 },
  )
})

it('an attempt of a delivery that was cancelled and pruned before it began is refused', async () => {
  const ledger = openLedger({ location: ':memory:' })
  await ledger.write(rows => {
    rows.insertEvent(anEvent('ev_1'))
    rows.insertDelivery(aDelivery('dl_1', { status: 'attempting' }))
  })
  await ledger.write(rows => rows.cancelAttempting('sub_1', T0))
  expect(await ledger.write(rows => rows.prune(0))).toBe(1)
  await expect(ledger.write(rows => rows.startAttempt(anAttempt('dl_1', 1)))).rejects.toThrow('no delivery dl_1')
  expect(ledger.attemptCount()).toBe(0)
  await ledger.close()
})

it('subjects are pruned as they come where a whole story goes at once', async () => {
  const ledger = openLedger({ location: ':memory:' })
  for (let call = 0; call < 20; call++)
    await ledger.write(rows => {
      for (let i = 0; i < 10; i++) {
        const n = call * 10 + i
        rows.putSubject(aSubject(`s${n}`, { story: `${i < 5 ? i : n % 5}-${call}`, updatedAt: T0 + n }))
      }
      rows.prune(20)
    })
  expect(ledger.subjects({}, ALL).length).toBeLessThanOrEqual(20)
  await ledger.close()
})

it('events without a delivery go, however high the numbers of those that are left', async () => {
  const ledger = openLedger({ location: ':memory:' })
  await ledger.write(rows => {
    for (const id of ['ev_1', 'ev_9000000', 'ev_9000001']) rows.insertEvent(anEvent(id))
    rows.insertDelivery(aDelivery('dl_1', { eventId: 'ev_9000001' }))
  })
  await ledger.write(rows => rows.prune(0))
  await ledger.write(rows => rows.prune(0))
  expect(ledger.events({}, ALL).map(({ id }) => id)).toEqual(['ev_9000001'])
  await ledger.close()
})
