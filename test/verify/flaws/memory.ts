// Flaws of receivers that remember events by too little, for too short a time, or not at all; and of those that order states carelessly.
import type { Json, JsonObject } from '../../../src/core/json.js'
import type { Flaw, State } from '../flawed-receiver.js'
import { answer, data, type FlawCase, LOST_MS } from './flaw-case.js'

/** Forgets an event after so many real ms. */
function forgetsAfter(ms: number): Flaw {
  const at = new Map<string, number>()
  return {
    key(_event, key) {
      const now = performance.now()
      const first = at.get(key)
      if (first === undefined || now - first > ms) at.set(key, now)
      return `${key} ${at.get(key)}`
    },
  }
}

const subjectOf = (event: JsonObject): Json | undefined => data(event).identity_id ?? event.id

const wholeSeconds = (old: State, now: State) => Math.floor(now.at / 1000) >= Math.floor(old.at / 1000)
const rank = ({ status }: State) => ['PENDING_REVIEW', 'UPDATED', 'APPROVED', 'REJECTED'].indexOf(status)

/** Two processes that take the connections in turn, each with a memory of its own. */
function twoProcesses(): Flaw {
  const sockets: unknown[] = []
  return {
    key(_event, key, { request: { socket } }) {
      if (!sockets.includes(socket)) sockets.push(socket)
      return `${key} ${sockets.indexOf(socket) % 2}`
    },
  }
}

export const memoryFlaws: FlawCase[] = [
  {
    check: 'idempotency/duplicate',
    flaw: 'has two processes with a memory each',
    dialect: 'unico',
    make: twoProcesses,
    options: { only: ['idempotency/duplicate'] },
  },
  {
    check: 'idempotency/concurrent',
    flaw: 'has two processes with a memory each',
    dialect: 'kycgenie',
    make: twoProcesses,
    options: { only: ['idempotency/concurrent'] },
  },
  {
    check: 'idempotency/late-duplicate-seconds',
    flaw: 'forgets an event after four seconds',
    dialect: 'kycgenie',
    make: () => forgetsAfter(4000),
    options: { only: ['idempotency/late-duplicate-seconds'], except: [] },
  },
  {
    check: 'idempotency/duplicate',
    flaw: 'acts twice on each event',
    dialect: 'rillis',
    make: () => ({
      again: true,
      act: async (_visit, _event, good) => {
        await good()
        await good()
      },
    }),
    follows: ['idempotency/distinct', 'signature/missing'],
    options: { only: ['idempotency/duplicate', 'idempotency/distinct', 'signature/missing'] },
  },
  {
    check: 'idempotency/late-duplicate-seconds',
    flaw: 'remembers three hundred events',
    dialect: 'unico',
    make: () => ({ remembers: 300 }),
    options: { only: ['idempotency/late-duplicate-seconds'], except: [] },
  },
  {
    check: 'idempotency/late-duplicate',
    flaw: 'remembers a hundred events',
    dialect: 'unico',
    make: () => ({ remembers: 100 }),
    options: { only: ['idempotency/late-duplicate', 'idempotency/duplicate'] },
  },
  {
    check: 'idempotency/distinct',
    flaw: 'knows subjects and statuses instead of events',
    dialect: 'rillis',
    make: () => ({ key: event => `${subjectOf(event)} ${data(event).status}` }),
    options: { only: ['idempotency/distinct', 'idempotency/duplicate'], settleMs: LOST_MS },
  },
  {
    check: 'idempotency/distinct',
    flaw: 'knows types and seconds instead of events',
    dialect: 'rillis',
    make: () => ({ key: event => `${event.type} ${Math.floor(Number(event.timestamp) / 1000)}` }),
    options: { only: ['idempotency/distinct'] },
  },
  {
    check: 'idempotency/distinct',
    flaw: 'knows states instead of transactions',
    dialect: 'transaction',
    make: () => ({ key: ({ state }) => String(state) }),
    blinds: ['idempotency/duplicate'],
    options: { only: ['idempotency/distinct', 'idempotency/duplicate'], settleMs: LOST_MS },
  },
  {
    check: 'ordering/same-second',
    flaw: 'compares the times of events by the second',
    dialect: 'rillis',
    make: () => ({ stands: wholeSeconds }),
    options: { only: ['ordering'] },
  },
  {
    check: 'ordering/final-after-final',
    flaw: 'lets a rejection stand whatever comes later',
    dialect: 'rillis',
    make: () => ({ stands: (old, now) => rank(now) >= rank(old) && (now.at > old.at || rank(now) > rank(old)) }),
    options: { only: ['ordering'] },
  },
  {
    check: 'ordering/before-response',
    flaw: 'refuses what is about an unknown subject',
    dialect: 'kycgenie',
    make: () => {
      const known = new Set<Json | undefined>()
      return {
        understand(event) {
          const subject = data(event).workflow_session_id
          if (event.event_type === 'onboarding.created') known.add(subject)
          if (subject && !known.has(subject)) throw new Error('violates foreign key constraint')
        },
      }
    },
    follows: ['ordering/reversed', 'ordering/same-second', 'ordering/final-after-final'],
    options: { only: ['delivery/accepts', 'ordering'] },
  },
  {
    check: 'tolerance/unknown-value-accepted',
    flaw: 'refuses a result that it does not know',
    dialect: 'unico',
    make: () => ({
      act(visit, { result }, good) {
        if (['ok', 'invalid_identity', 'expired', undefined].includes(result as string | undefined)) return good()
        visit.response.writeHead(422).end()
      },
    }),
    options: { only: ['tolerance'] },
  },
  {
    check: 'tolerance/extra-fields',
    flaw: 'reads at most eight fields',
    dialect: 'unico',
    make: () => ({
      understand: event => {
        if (Object.keys(event).length > 8) throw new Error('too many columns')
      },
    }),
    options: { only: ['tolerance'] },
  },
  {
    check: 'payload/unicode',
    flaw: 'stores texts in a column of three bytes a character',
    dialect: 'unico',
    make: () => ({
      understand: event => {
        if (/[\u{10000}-\u{10ffff}]/u.test(JSON.stringify(event))) throw new Error('Incorrect string value')
      },
    }),
    options: { only: ['payload/unicode', 'payload/null', 'tolerance'] },
  },
  {
    check: 'idempotency/duplicate',
    flaw: 'answers 208 to what comes twice, which its provider takes for a failure',
    dialect: 'rillis',
    make: () => {
      const seen = new Set<Json | undefined>()
      return {
        act: async (visit, event, good) => {
          if (seen.has(event.id)) return void answer(visit, 208)
          seen.add(event.id)
          await good()
        },
      }
    },
    options: { only: ['delivery/accepts', 'idempotency/duplicate'] },
  },
  {
    check: 'ordering/before-response',
    flaw: 'refuses an edit of what it does not know',
    dialect: 'rillis',
    make: () => {
      const known = new Set<Json | undefined>()
      return {
        act: async (visit, event, good) => {
          const { identity_id: subject } = data(event)
          if (event.type === 'VERIFICATION_IDENTITY_UPDATED' && !known.has(subject)) return void answer(visit, 404)
          known.add(subject)
          await good()
        },
      }
    },
    follows: ['idempotency/distinct'],
    options: { only: ['delivery', 'ordering/before-response', 'idempotency/distinct'] },
  },
  {
    check: 'ordering/final-after-final',
    flaw: 'keeps the first decision',
    dialect: 'rillis',
    make: () => ({ stands: (old, now) => now.at > old.at && !['APPROVED', 'REJECTED'].includes(old.status) }),
    options: { only: ['ordering/final', 'ordering/late'] },
  },
  {
    check: 'ordering/subjects-apart',
    flaw: 'keeps the state of a user',
    dialect: 'rillis',
    make: () => ({ sharedBy: event => String(data(event).user_id) }),
    options: { only: ['ordering/subjects-apart'] },
  },
]
