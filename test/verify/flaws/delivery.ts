// Flaws that valid deliveries show.
import { pause } from '../flawed-receiver.js'
import { answer, data, type FlawCase } from './flaw-case.js'

/** In the messages whose answers are timed. */
const TIMED = '"FLOW_COMPLETED"'

export const deliveryFlaws: FlawCase[] = [
  {
    check: 'delivery/accepts',
    flaw: 'refuses an event type that it has no use for',
    dialect: 'rillis',
    make: () => ({
      first: visit => visit.bytes.includes('"ONBOARDING_FORM_COMPANY_REJECTED"') && answer(visit, 422),
    }),
    blinds: 'all',
    says: '; the same event was accepted as a FLOW_COMPLETED',
  },
  {
    check: 'delivery/accepts',
    flaw: 'knows no review',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (data(event).status === 'PENDING_REVIEW') throw new Error('unknown status')
      },
    }),
    blinds: 'all',
    options: { only: ['delivery'] },
    says: 'without data.status, which is "PENDING_REVIEW" in it, and in none of',
  },
  {
    check: 'delivery/accepts',
    flaw: 'keeps a field that only some types have',
    dialect: 'kycgenie',
    make: () => ({
      understand: event => {
        if (data(event).id === undefined) throw new TypeError('no id')
      },
    }),
    blinds: 'all',
    options: { only: ['delivery'] },
    says: 'and all of them have data.id, which it has not',
  },
  {
    check: 'delivery/accepts',
    flaw: 'writes an answer in ASCII',
    dialect: 'rillis',
    make: () => ({ first: visit => visit.bytes.some(byte => byte > 127) && answer(visit, 500) }),
    blinds: 'all',
    options: { only: ['delivery'] },
    says: '; the same event was accepted without characters beyond ASCII',
  },
  {
    check: 'delivery/accepts',
    flaw: 'reads the amounts of what is no peso as whole numbers',
    dialect: 'transaction',
    make: () => ({
      understand: ({ transaction_type, sending_amount }) => {
        if (transaction_type === 'CRYPTO') BigInt(sending_amount as number)
      },
    }),
    blinds: 'all',
    options: { only: ['delivery'] },
  },
  {
    check: 'delivery/every-status',
    flaw: 'fails at one state of transactions, known or not',
    dialect: 'transaction',
    make: () => ({
      understand: ({ state }) => {
        if (state === 'EVALUATION') throw new Error('no such state')
      },
    }),
    follows: ['ordering/before-response'],
    options: { only: ['delivery', 'ordering/before-response'] },
  },
  {
    check: 'delivery/every-status',
    flaw: 'has no case for a rare last event',
    dialect: 'unico',
    make: () => ({
      understand: ({ lastEvent }) => {
        if (lastEvent === 'EVENT_TYPE_DOCUMENT_UPLOADED_FROM_GALLERY') throw new Error('no such case')
      },
    }),
    says: 'without lastEvent, which is "EVENT_TYPE_DOCUMENT_UPLOADED_FROM_GALLERY"',
  },
  {
    check: 'delivery/exact-status',
    flaw: 'answers 202',
    dialect: 'rillis',
    make: () => ({ status: 202 }),
  },
  {
    check: 'delivery/prompt',
    flaw: 'slows down beyond the timeout',
    dialect: 'rillis',
    make: () => ({ first: ({ number }) => number > 11 && pause(2500).then(() => false) }),
    // The verifier waits long for every answer and judges it by the provider's timeout.
    options: { only: ['delivery/prompt'], settings: { responseTimeoutMs: 600 }, timeoutMs: 120_000, level: 'must' },
  },
  {
    check: 'delivery/prompt-margin',
    flaw: 'works first and answers later',
    dialect: 'rillis',
    make: () => ({ first: ({ bytes }) => bytes.includes(TIMED) && pause(2500).then(() => false) }),
    options: { only: ['delivery/prompt-margin'], settings: { responseTimeoutMs: 5000 }, timeoutMs: 120_000 },
  },
  {
    check: 'http/redirect',
    flaw: 'redirects to a path with a slash',
    dialect: 'unico',
    make: () => ({
      first: ({ response }) => {
        response.writeHead(308, { location: '/webhooks/' }).end()
        return true
      },
    }),
    follows: ['delivery/accepts'],
    blinds: 'all',
  },
]
