// Plain records for tests of the ledger: valid in every field, changed where a test cares.
import type { Attempt, Delivery } from '../../src/core/delivery.js'
import type { EmulatorEvent } from '../../src/core/event.js'
import type { AttemptEnd } from '../../src/core/ledger.js'
import type { Subject } from '../../src/core/subject.js'
import type { Subscription } from '../../src/core/subscription.js'

export const T0 = Date.UTC(2026, 0, 1)

export function anEvent(id: string, changes: Partial<EmulatorEvent> = {}): EmulatorEvent {
  return {
    id,
    provider: 'acme',
    channel: 'main',
    type: 'THING_DONE',
    variant: null,
    subject: null,
    account: null,
    payload: { id, z: 1, a: [true, null, 'ü'] },
    createdAt: T0,
    ...changes,
  }
}

export function aDelivery(id: string, changes: Partial<Delivery> = {}): Delivery {
  return {
    id,
    eventId: 'ev_1',
    subscriptionId: 'sub_1',
    provider: 'acme',
    channel: 'main',
    type: 'THING_DONE',
    status: 'waiting',
    attempts: 0,
    counted: 0,
    dueAt: T0,
    dueReason: 'first attempt',
    body: null,
    createdAt: T0,
    settledAt: null,
    ...changes,
  }
}

export function anAttempt(deliveryId: string, number: number, changes: Partial<Attempt> = {}): Attempt {
  return {
    deliveryId,
    number,
    cause: 'scheduled',
    startedAt: T0 + number,
    stampedAt: T0 + number,
    dueAt: T0,
    dueReason: 'first attempt',
    method: 'POST',
    url: 'http://127.0.0.1:9/hook',
    headers: [
      ['Content-Type', 'application/json'],
      ['x-signature', 'abc'],
    ],
    bodyBase64: null,
    faults: [],
    outcome: null,
    accepted: false,
    answer: null,
    durationMs: null,
    ...changes,
  }
}

/** An attempt answered 200 that settles its delivery. */
export function accepted(deliveryId: string, number: number, at = T0 + 5): AttemptEnd {
  return {
    deliveryId,
    number,
    outcome: { kind: 'answered', status: 200 },
    accepted: true,
    answer: { status: 200, headers: [['content-type', 'text/plain']], body: 'ok', bodyBytes: 2 },
    durationMs: 1.25,
    counts: true,
    delivery: { status: 'delivered', dueAt: null, dueReason: null, settledAt: at },
  }
}

/** An attempt answered 500; the next is due at `dueAt`, or the delivery is exhausted when that is null. */
export function rejected(deliveryId: string, number: number, dueAt: number | null): AttemptEnd {
  return {
    deliveryId,
    number,
    outcome: { kind: 'answered', status: 500 },
    accepted: false,
    answer: { status: 500, headers: [], body: '', bodyBytes: 0 },
    durationMs: 2,
    counts: true,
    delivery:
      dueAt === null
        ? { status: 'exhausted', dueAt: null, dueReason: null, settledAt: T0 + 9 }
        : { status: 'waiting', dueAt, dueReason: '500; again later', settledAt: null },
  }
}

export function aSubscription(id: string, changes: Partial<Subscription> = {}): Subscription {
  return {
    id,
    provider: 'acme',
    channel: 'main',
    url: `http://127.0.0.1:9/${id}`,
    eventTypes: ['*'],
    active: true,
    secret: 's3cret',
    previousSecret: null,
    settings: {},
    notes: {},
    account: null,
    createdAt: T0,
    updatedAt: T0,
    ...changes,
  }
}

export function aSubject(id: string, changes: Partial<Subject> = {}): Subject {
  return {
    id,
    provider: 'acme',
    kind: 'thing',
    story: 'story-1',
    state: 'NEW',
    data: { name: 'Ana' },
    account: null,
    createdAt: T0,
    updatedAt: T0,
    ...changes,
  }
}
