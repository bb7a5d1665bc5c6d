// The transaction webhook's payload: 21 fields at top level. Source: Transaction webhooks, table of fields.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { EventDefinition, MakeContext } from '../../../provider/channel.js'
import type { TransactionFacts } from '../facts.js'
import { documented } from '../marked.js'
import { stateOf, TRANSACTION_STATES } from '../subjects.js'
import { flowInstance } from './changes.js'
import { factsOf } from './envelope.js'

type State = (typeof TRANSACTION_STATES)[number]

const moment = z.int().min(0).nullable()
const text = z.string().nullable()

/** `reasons_rejection_operator_list` accepts any text. Source: Transaction webhooks, table of fields. */
const transactionSchema = z
  .strictObject(
    documented({
      external_transaction_id: z.string(),
      transaction_type: z.enum(['FIAT', 'CRYPTO']),
      sending_dollar_amount: z.number().nullable(),
      asset: text,
      sending_amount: z.number(),
      sending_currency: z.string(),
      network: text,
      sending_wallet: text,
      receiving_amount: z.number(),
      receiving_currency: text,
      receiving_wallet: text,
      reasons_rejection_analysis: text,
      reasons_rejection_operator: text,
      reasons_rejection_operator_list: z.array(z.string()).nullable(),
      rejected_at: moment,
      analyzed_at: moment,
      risk_level: z.enum(['HIGH', 'MEDIUM', 'LOW']).nullable(),
      state: z.enum(TRANSACTION_STATES).describe('That EVALUATION is sent is assumed (transactionStates).'),
      state_change_note: text,
      remitter_limits: z.looseObject({}).nullable(),
      beneficiary_limits: z.looseObject({}).nullable(),
    }),
  )
  .meta({ assumption: 'transactionEnvelope' })

const RISK: Record<State, string | null> = { PROGRESS: null, COMPLETED: 'LOW', REJECTED: 'HIGH', EVALUATION: 'MEDIUM' }

/** States in which a transaction has been decided. */
const DECIDED: readonly unknown[] = ['COMPLETED', 'REJECTED']

/** Notes of operators; the texts are ours. A decision of the analysis has none. */
function noteOf(before: unknown, state: State): string | null {
  if (!DECIDED.includes(state)) return null
  if (before === 'EVALUATION') return 'Decided by an operator after evaluation.'
  return DECIDED.includes(before) ? 'Changed by an operator.' : null
}

const DECISION = [
  'reasons_rejection_analysis',
  'reasons_rejection_operator',
  'reasons_rejection_operator_list',
  'rejected_at',
  'analyzed_at',
  'risk_level',
  'state_change_note',
]

/** What an earlier payload says of the decision. */
function decisionIn(sent: JsonObject = {}): JsonObject {
  return Object.fromEntries(DECISION.flatMap(key => (sent[key] === undefined ? [] : [[key, sent[key]]])))
}

/** The 21 fields in table order at an instant (ms). What was analysed before is decided by an operator now; the same state again changes nothing. */
export function transactionFields(own: TransactionFacts, state: State, now: number): JsonObject {
  const before = own.sent?.state
  const state_change_note = noteOf(before, state)
  const rejected = state === 'REJECTED'
  const byOperator = state_change_note !== null
  return {
    external_transaction_id: own.external_transaction_id,
    transaction_type: own.transaction_type,
    sending_dollar_amount: own.sending_dollar_amount,
    asset: own.asset,
    sending_amount: own.sending_amount,
    sending_currency: own.sending_currency,
    network: own.network,
    sending_wallet: own.sending_wallet,
    receiving_amount: own.receiving_amount,
    receiving_currency: own.receiving_currency,
    receiving_wallet: own.receiving_wallet,
    reasons_rejection_analysis: rejected && !byOperator ? 'The beneficiary is on a sanctions list.' : null,
    reasons_rejection_operator: rejected && byOperator ? 'The beneficiary was confirmed on a sanctions list.' : null,
    reasons_rejection_operator_list: rejected && byOperator ? ['SANCTION'] : null,
    rejected_at: rejected ? now : null,
    analyzed_at: state === 'PROGRESS' ? null : (own.analyzed_at ?? now),
    risk_level: RISK[state],
    state,
    state_change_note,
    remitter_limits: null,
    beneficiary_limits: null,
    ...(state === before ? decisionIn(own.sent) : {}),
  }
}

/** A state set by hand brings its decision with it, but for the values of it that were set too. */
function agreeDecision(payload: JsonObject, given: ReadonlySet<string>, context: MakeContext): JsonObject {
  const state = TRANSACTION_STATES.find(s => s === payload.state)
  if (state === undefined || !given.has('state')) return payload
  const decided = transactionFields(factsOf(context).transaction, state, context.now)
  const own = (key: string) => [...given].some(path => path === key || path.startsWith(`${key}.`))
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [
      key,
      DECISION.includes(key) && !own(key) ? (decided[key] ?? null) : value,
    ]),
  )
}

/** The states that one can follow: an analysis ends once, and an operator decides once. */
const FOLLOWS: Readonly<Record<State, readonly State[]>> = {
  PROGRESS: ['PROGRESS'],
  EVALUATION: ['PROGRESS'],
  COMPLETED: ['PROGRESS', 'EVALUATION'],
  REJECTED: ['PROGRESS', 'EVALUATION'],
}

/** The state change; its name is ours, the payload has none. */
export const transactionEvent = {
  schema: transactionSchema,
  make: (_fake, context) => {
    const state = TRANSACTION_STATES.find(s => s === context.variant) ?? 'COMPLETED'
    return transactionFields(factsOf(context).transaction, state, context.now)
  },
  agree: agreeDecision,
  subjects: (payload, context) => {
    const facts = factsOf(context)
    const own = withSentValues(facts.transaction, payload)
    const state = stateOf(TRANSACTION_STATES, payload.state, 'COMPLETED') as State
    // A value that was left out is unknown, not that of an earlier state.
    const nothing = Object.fromEntries(Object.keys(transactionSchema.shape).map(key => [key, null]))
    return [
      {
        id: own.external_transaction_id,
        kind: 'transaction',
        state,
        data: { id: own.id, request_at: own.request_at, ...nothing, ...payload },
        after: FOLLOWS[state],
      },
      flowInstance({}, facts, facts.status ?? 'IN_PROGRESS', { transaction: own }),
    ]
  },
} satisfies EventDefinition

/** The transaction with the values of the payload, so that later events of the story repeat them. */
function withSentValues(own: TransactionFacts, payload: JsonObject): TransactionFacts {
  const isNamed = typeof payload.external_transaction_id === 'string'
  const known = Object.keys(own).filter(
    key => Object.hasOwn(payload, key) && (isNamed || key !== 'external_transaction_id'),
  )
  return { ...own, ...Object.fromEntries(known.map(key => [key, payload[key]])), sent: payload }
}
