// Flaws of receivers that act on events: twice, too late, or in the order in which they come.
import type { Json, JsonObject } from '../../../src/core/json.js'
import { type Flaw, pause } from '../flawed-receiver.js'
import { PATIENT } from '../verified.js'
import { answer, type FlawCase, LOST_MS } from './flaw-case.js'

/** The families that are near. */
const NEAR = ['delivery/accepts', 'idempotency', 'retry']
const NEAR_ORDER = ['delivery/accepts', 'idempotency', 'ordering']

/** Acts so long after the answer, ms. */
export const later =
  (ms: number): NonNullable<Flaw['act']> =>
  (_visit, _event, good) =>
    void pause(ms).then(good)

export const storyFlaws: FlawCase[] = [
  {
    check: 'signature/wrong-secret',
    flaw: 'acts on an event that it refuses',
    dialect: 'kycgenie',
    make: () => ({ untrusted: (_event, act) => act() }),
    options: { only: ['signature/wrong-secret', 'idempotency/duplicate'] },
  },
  {
    check: 'auth/wrong',
    flaw: 'knows an event that it has refused',
    dialect: 'unico',
    make: () => ({ untrusted: ({ processId }, _act, known) => void known.add(String(processId)) }),
    options: { only: ['auth/wrong', 'idempotency/duplicate'] },
  },
  {
    check: 'signature/unicode',
    flaw: 'accepts an emoji and cannot store it',
    dialect: 'rillis',
    make: () => ({ act: ({ text }, _event, good) => (/\p{Emoji_Presentation}/u.test(text) ? undefined : good()) }),
    options: { only: ['signature', 'tolerance/extra-fields', 'payload/large'] },
  },
  {
    check: 'payload/large',
    flaw: 'accepts what is too long for its queue',
    dialect: 'unico',
    make: () => ({ act: ({ bytes }, _event, good) => (bytes.length > 64_000 ? undefined : good()) }),
    options: { only: ['payload', 'tolerance', 'http/chunked'] },
  },
  {
    check: 'idempotency/duplicate',
    flaw: 'acts three times on each event',
    dialect: 'unico',
    make: () => ({
      again: true,
      act: async (_visit, _event, good) => {
        for (let i = 0; i < 3; i++) await good()
      },
    }),
    options: { only: ['idempotency/duplicate'] },
  },
  {
    check: 'idempotency/duplicate',
    flaw: 'never looks whether it knows a message',
    dialect: 'rillis',
    make: () => ({ again: true }),
    follows: [
      'idempotency/late-duplicate',
      'idempotency/concurrent',
      'idempotency/lost-ack',
      'idempotency/same-id-other-body',
    ],
  },
  {
    check: 'idempotency/concurrent',
    flaw: 'looks first and acts later',
    dialect: 'unico',
    make: () => ({ racy: true }),
    // On a busy machine it may still be acting when the event whose response was lost comes again.
    options: {
      except: ['idempotency/lost-ack', 'idempotency/late-duplicate-seconds', 'http/keep-alive', 'http/slow-body'],
    },
  },
  {
    check: 'idempotency/lost-ack',
    flaw: 'forgets what it did when the connection breaks',
    dialect: 'rillis',
    make: () => ({ forgetful: true }),
    options: { except: ['load', 'idempotency/late-duplicate-seconds', 'http/keep-alive', 'http/slow-body'] },
  },
  {
    check: 'idempotency/same-id-other-body',
    flaw: 'fails with an error where a known id has other content',
    dialect: 'rillis',
    make: () => {
      const seen = new Map<Json | undefined, string>()
      return {
        understand: event => {
          const text = JSON.stringify(event)
          if ((seen.get(event.id) ?? text) !== text) throw new Error('unique constraint')
          seen.set(event.id, text)
        },
      }
    },
  },
  {
    check: 'ordering/reversed',
    flaw: 'lets the last message win',
    dialect: 'kycgenie',
    make: () => ({ stands: () => true }),
    follows: ['ordering/same-second', 'ordering/late-after-final', 'ordering/final-after-final'],
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'puts a known event down as the state again',
    dialect: 'rillis',
    make: () => ({ restates: true }),
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'lets an expiry undo a result',
    dialect: 'unico',
    make: () => ({ restates: true }),
  },
  {
    check: 'ordering/before-response',
    flaw: 'has no state for a subject that it has not made itself',
    dialect: 'kycgenie',
    make: () => ({ onlyKnownSubjects: true }),
    blinds: [
      'ordering/reversed',
      'ordering/same-second',
      'ordering/late-after-final',
      'ordering/final-after-final',
      'ordering/subjects-apart',
    ],
    options: { settleMs: LOST_MS },
  },
  {
    check: 'retry/recovers',
    flaw: 'judges the age of the event instead of the signature',
    dialect: 'rillis',
    make: () => ({ understand: tooOld }),
  },
  {
    check: 'retry/recovers',
    flaw: 'answers 200 to an old event and swallows it',
    dialect: 'kycgenie',
    make: () => ({
      act: async (_visit, { created_at }, good) => {
        if (Date.now() - Date.parse(String(created_at)) < 3_600_000) await good()
      },
    }),
    options: { only: NEAR },
  },
  {
    check: 'idempotency/duplicate',
    flaw: 'knows signatures instead of events',
    dialect: 'kycgenie',
    make: () => ({ key: (_event, key, visit) => visit.header('webhook-signature') ?? key }),
    follows: [
      'idempotency/late-duplicate',
      'idempotency/concurrent',
      'idempotency/lost-ack',
      'idempotency/same-id-other-body',
    ],
    options: { only: NEAR },
  },
  {
    check: 'idempotency/duplicate',
    flaw: 'refuses a signature that it has seen, which every retry carries',
    dialect: 'kycgenie',
    make: () => {
      const seen = new Set<string | undefined>()
      return {
        trusted: () => true,
        first: visit => {
          const signature = visit.header('x-webhook-signature')
          if (seen.has(signature)) return answer(visit, 401)
          seen.add(signature)
          return false
        },
      }
    },
    options: {
      settings: { ...PATIENT.kycgenie, signatureScheme: 'hex-body' },
      only: ['idempotency/duplicate', 'idempotency/concurrent', 'idempotency/lost-ack'],
    },
  },
  {
    check: 'idempotency/late-duplicate',
    flaw: 'remembers a dozen events',
    dialect: 'rillis',
    make: () => ({ remembers: 12 }),
    // What comes beside a plain duplicate may fill so short a list.
    options: { only: ['idempotency/duplicate', 'idempotency/late-duplicate'] },
  },
  {
    check: 'idempotency/concurrent',
    flaw: 'acts twice in one of four volleys',
    dialect: 'rillis',
    make: () => {
      let volleys = 0
      const acting = new Set<Json | undefined>()
      return {
        async act({ text }, event, good) {
          if (acting.size === 0) volleys++
          const isLucky = volleys % 4 !== 0 || !text.includes('FLOW_COMPLETED')
          acting.add(event.id)
          if (!isLucky) await pause(5)
          await good()
          acting.delete(event.id)
        },
        key: (_event, key) => (volleys % 4 === 0 && acting.size > 0 ? `${key}${Math.random()}` : key),
      }
    },
    options: { only: ['idempotency/concurrent'] },
  },
  {
    check: 'idempotency/distinct',
    flaw: 'knows subjects instead of events',
    dialect: 'kycgenie',
    make: () => ({ key: ({ data: given }, key) => String((given as JsonObject).workflow_session_id ?? key) }),
    follows: [
      'idempotency/same-id-other-body',
      'ordering/reversed',
      'ordering/same-second',
      'ordering/final-after-final',
    ],
    options: { only: NEAR_ORDER, settleMs: LOST_MS },
  },
  {
    check: 'idempotency/same-id-other-body',
    flaw: 'knows payloads instead of events',
    dialect: 'rillis',
    make: () => ({ key: event => JSON.stringify(event) }),
    options: { only: NEAR },
  },
  {
    check: 'ordering/final-after-final',
    flaw: 'lets every final event through',
    dialect: 'rillis',
    make: () => ({ stands: (old, now) => now.at > old.at || ['APPROVED', 'REJECTED'].includes(now.status) }),
    options: { only: NEAR_ORDER },
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'lets an edit change what is decided',
    dialect: 'rillis',
    make: () => ({ stands: (old, now) => now.at > old.at || now.status === 'UPDATED' }),
    follows: ['ordering/reversed', 'ordering/same-second'],
    options: { only: NEAR_ORDER },
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'lets an expiry undo a result, a second later',
    dialect: 'unico',
    make: () => ({ restates: true, act: later(1000) }),
    options: { only: NEAR_ORDER },
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'lets a transaction be in progress again',
    dialect: 'transaction',
    make: () => ({ stands: () => true, key: (_event, key) => `${key}${Math.random()}`, again: true }),
    follows: [
      'ordering/final-after-final',
      'ordering/reversed',
      'ordering/same-second',
      'idempotency/duplicate',
      'idempotency/late-duplicate',
      'idempotency/concurrent',
      'idempotency/lost-ack',
      'idempotency/same-id-other-body',
    ],
    options: { only: NEAR_ORDER },
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'forgets the time of a state after two seconds',
    dialect: 'rillis',
    make: () => {
      const seen = new WeakMap<object, number>()
      return {
        stands(old, now) {
          const isKnown = performance.now() - (seen.get(old) ?? Number.NEGATIVE_INFINITY) < 2000
          seen.set(now, performance.now())
          return now.at > old.at || (seen.has(old) && !isKnown)
        },
      }
    },
    options: { only: ['ordering/late', 'ordering/reversed'] },
  },
  {
    check: 'ordering/reversed',
    flaw: 'reads microseconds as milliseconds',
    dialect: 'kycgenie',
    make: () => {
      const read = (at: number) => Math.floor(at / 1000) * 1000 + (at % 1000) * 1000
      return { stands: (old, now) => read(now.at) > read(old.at) }
    },
    follows: ['ordering/late-after-final', 'ordering/final-after-final'],
    options: { only: ['ordering'] },
  },
  {
    check: 'ordering/reversed',
    flaw: 'compares the names of states',
    dialect: 'transaction',
    make: () => ({ stands: (old, now) => now.status > old.status }),
    follows: ['ordering/same-second'],
    options: { only: ['ordering'] },
  },
  {
    check: 'ordering/reversed',
    flaw: 'evaluates what is decided',
    dialect: 'transaction',
    make: () => ({
      stands: (old, now) => old.status !== 'EVALUATION' && (now.status === 'EVALUATION' || now.at > old.at),
    }),
    follows: ['ordering/late-after-final', 'ordering/same-second'],
    options: { only: ['ordering'] },
  },
  {
    check: 'ordering/final-after-final',
    flaw: 'lets an approval replace a rejection',
    dialect: 'transaction',
    make: () => ({ stands: (old, now) => now.at > old.at || now.status === 'COMPLETED' }),
    options: { only: ['ordering'] },
  },
  {
    check: 'idempotency/distinct',
    flaw: 'knows transactions without their states',
    dialect: 'transaction',
    make: () => ({ key: event => String(event.external_transaction_id) }),
    follows: ['ordering/reversed', 'ordering/same-second'],
    options: { only: NEAR_ORDER, settleMs: LOST_MS },
  },
  {
    check: 'idempotency/distinct',
    flaw: 'knows types instead of events',
    dialect: 'rillis',
    make: () => ({ key: ({ type }) => String(type) }),
    options: { only: ['idempotency/distinct'], settleMs: LOST_MS },
  },
  {
    check: 'idempotency/same-id-other-body',
    flaw: 'knows processes with their results',
    dialect: 'unico',
    make: () => ({ key: ({ result }, key) => `${key}:${result}` }),
    follows: ['ordering/late-after-final'],
    options: { only: ['ordering', 'idempotency/duplicate', 'idempotency/same-id-other-body'] },
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'acts on an expiry after a result',
    dialect: 'unico',
    make: () => ({ key: ({ result }, key) => `${key}:${result}` }),
    options: { only: ['ordering', 'idempotency/duplicate'] },
  },
  {
    check: 'ordering/subjects-apart',
    flaw: 'ignores what is older than its newest event',
    dialect: 'kycgenie',
    make: () => ({ isOneTime: true }),
    options: { only: ['ordering/subjects-apart'] },
  },
  {
    check: 'ordering/subjects-apart',
    flaw: 'keeps one state for all subjects',
    dialect: 'unico',
    make: () => ({ isOneState: true }),
    options: { only: NEAR_ORDER },
  },
]

function tooOld({ timestamp }: JsonObject): void {
  if (typeof timestamp === 'number' && Date.now() - timestamp > 300_000) throw new Error('too old')
}
