// The journal: bounded in entries and bytes, and no listener can harm it.
import { describe, expect, it } from 'vitest'
import type { Attempt, Delivery } from '../../src/core/delivery.js'
import type { EmulatorEvent } from '../../src/core/event.js'
import { createJournal } from '../../src/core/journal.js'
import { aDelivery, anAttempt, anEvent } from '../support/records.js'

interface Rows {
  events: Map<string, EmulatorEvent>
  deliveries: Map<string, Delivery>
  attempts: Attempt[]
}

/** What an attempt has before its end. */
const IN_FLIGHT = { outcome: null, accepted: false, answer: null, durationMs: null }

function journalOver({ keep, keepBytes }: { keep?: number; keepBytes?: number } = {}) {
  const rows: Rows = { events: new Map(), deliveries: new Map(), attempts: [] }
  let read = 0
  const journal = createJournal({
    now: () => 0,
    keep,
    keepBytes,
    bodies: {
      event: id => {
        read++
        return rows.events.get(id)
      },
      deliveriesOfEvent: id => [...rows.deliveries.values()].filter(({ eventId }) => eventId === id),
      delivery: id => rows.deliveries.get(id),
      attempts: () => rows.attempts,
    },
  })
  return { journal, rows, reads: () => read }
}

describe('the journal', () => {
  it('keeps no payload: it is read from the ledger when it is used, each time', () => {
    const { journal, rows, reads } = journalOver()
    const payload = { text: 'x'.repeat(200_000) }
    for (let i = 1; i <= 2500; i++) {
      const event = { ...anEvent(`ev_${i}`), payload }
      rows.events.set(event.id, event)
      journal.record({ kind: 'event.triggered', event: { ...event, payload: { ...payload } }, deliveries: [] })
    }
    const { entries, missed } = journal.since(0)
    expect([entries.length, missed]).toEqual([2500, false])
    const before = reads()
    const [first] = entries
    expect(first).toMatchObject({ kind: 'event.triggered', event: { payload } })
    expect(reads()).toBeGreaterThan(before)
  })

  it('tells of a subject as it was when it moved, whatever became of it since', () => {
    const { journal } = journalOver()
    const data = { steps: [1], name: 'Ñuñoa' }
    const subject = { id: 's1', provider: 'p', kind: 'k', story: 's', state: 'open', data, account: null }
    const moved = { kind: 'subject.moved', subject: { ...subject, createdAt: 1, updatedAt: 2 } } as const
    journal.record({ ...moved })
    journal.record({ ...moved }, JSON.stringify(data))
    data.steps.push(2)
    const then = { ...moved.subject, data: { steps: [1], name: 'Ñuñoa' } }
    expect(journal.since(0).entries).toMatchObject([{ subject: then }, { subject: then }])
  })

  it('reads a delivery and its attempts back as they were at the entry, and long bodies at each use', () => {
    const { journal, rows } = journalOver()
    const given = aDelivery('dl_1', { status: 'attempting', attempts: 1, body: 'l'.repeat(5000) })
    const after = { ...given, counted: 1, status: 'delivered' as const, dueAt: null, dueReason: null, settledAt: 9 }
    const attempt = anAttempt('dl_1', 1, { outcome: { kind: 'answered', status: 200 }, accepted: true, durationMs: 3 })
    journal.record({ kind: 'attempt.started', delivery: given, attempt: { ...attempt, ...IN_FLIGHT } })
    journal.record({ kind: 'attempt.completed', delivery: after, attempt })
    journal.record({ kind: 'delivery.settled', delivery: after })
    rows.deliveries.set('dl_1', { ...after, status: 'cancelled', attempts: 7 })
    rows.attempts = [attempt]
    const { entries, missed } = journal.since(0)
    expect(missed).toBe(false)
    expect(entries).toEqual([
      { seq: 1, at: 0, kind: 'attempt.started', delivery: given, attempt: { ...attempt, ...IN_FLIGHT } },
      { seq: 2, at: 0, kind: 'attempt.completed', delivery: after, attempt },
      { seq: 3, at: 0, kind: 'delivery.settled', delivery: after },
    ])
    rows.deliveries.set('dl_1', { ...after, body: 'read again' })
    expect(entries).toMatchObject([{}, {}, { delivery: { body: 'read again' } }])
  })

  it('tells of an event with its deliveries as they were created, those that the ledger still has', () => {
    const { journal, rows } = journalOver()
    const event = { ...anEvent('ev_1'), warnings: ['unusual'] }
    const deliveries = [aDelivery('dl_1', { body: 'own' }), aDelivery('dl_2')]
    journal.record({ kind: 'event.triggered', event, deliveries, warnings: event.warnings })
    rows.events.set(event.id, event)
    const later = { status: 'delivered' as const, attempts: 2, counted: 1, dueAt: null, dueReason: null, settledAt: 9 }
    for (const delivery of deliveries) rows.deliveries.set(delivery.id, { ...delivery, ...later })
    const told = { seq: 1, at: 0, kind: 'event.triggered', event: anEvent('ev_1'), deliveries, warnings: ['unusual'] }
    expect(journal.since(0)).toMatchObject({ missed: false, entries: [told] })
    rows.deliveries.delete('dl_1')
    expect(journal.since(0)).toMatchObject({ missed: false, entries: [{ ...told, deliveries: deliveries.slice(1) }] })
    rows.events.delete('ev_1')
    expect(journal.since(0)).toEqual({ missed: true, entries: [] })
  })

  it('says what was lost: what the ledger no longer has, and what came before a reset', () => {
    const { journal, rows } = journalOver()
    for (const id of ['ev_1', 'ev_2']) {
      rows.events.set(id, anEvent(id))
      journal.record({ kind: 'event.triggered', event: anEvent(id), deliveries: [] })
    }
    journal.record({ kind: 'delivery.settled', delivery: aDelivery('dl_gone') })
    rows.events.delete('ev_1')
    expect(journal.since(2)).toEqual({ missed: true, entries: [] })
    expect(journal.since(0)).toMatchObject({ missed: true, entries: [{ seq: 2 }] })
    expect(journal.since(1, 1)).toMatchObject({ missed: false, entries: [{ seq: 2 }] })
    journal.record({ kind: 'reset' })
    expect(journal.since(2)).toMatchObject({ missed: true, entries: [{ seq: 4, kind: 'reset' }] })
    expect(journal.since(3)).toMatchObject({ missed: false, entries: [{ seq: 4 }] })
    expect(journal.since(4)).toEqual({ missed: false, entries: [] })
  })

  it('is bounded in entries and in bytes', () => {
    const few = journalOver({ keep: 10 }).journal
    for (let i = 0; i < 1000; i++) few.record({ kind: 'clock.moved', to: i })
    expect(few.since(0).entries.map(({ seq }) => seq)).toEqual([...Array(10).keys()].map(i => 991 + i))
    const small = journalOver({ keepBytes: 100_000 }).journal
    for (let i = 0; i < 1000; i++)
      small.record({ kind: 'internal-error', doing: 'testing', message: 'm'.repeat(10_000) })
    const { entries, missed } = small.since(0)
    expect(missed).toBe(true)
    expect(entries.length).toBeLessThan(10)
    expect(small.since(998).missed).toBe(false)
  })

  it('answers at most as many as are asked for', () => {
    const { journal } = journalOver()
    for (let i = 0; i < 10; i++) journal.record({ kind: 'clock.moved', to: i })
    expect(journal.since(3, 2).entries.map(({ seq }) => seq)).toEqual([4, 5])
  })

  it('goes on when a listener throws or rejects, and tells of it', async () => {
    const { journal } = journalOver()
    const heard: string[] = []
    journal.listen(() => {
      throw new Error('thrown')
    })
    journal.listen(async () => {
      throw new Error('rejected')
    })
    journal.listen(entry => void heard.push(entry.kind === 'internal-error' ? entry.message : entry.kind))
    journal.record({ kind: 'clock.moved', to: 1 })
    await new Promise(resolve => setImmediate(resolve))
    expect(heard).toEqual(expect.arrayContaining(['clock.moved', 'thrown', 'rejected']))
    expect(heard).toHaveLength(3)
  })
})
