// The Transaction Screening API: transactions are submitted and listed; their analysis ends by a timer.
// Source: Transaction Analysis, request body; Monitoring & History, query and response.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { ProviderPort } from '../../../provider/port.js'
import type { Route } from '../../../provider/routes.js'
import { transactionFields } from '../events/transaction.js'
import type { TransactionFacts } from '../facts.js'
import { idFrom } from '../ids.js'
import { ANALYSIS } from '../moves.js'
import type { ProviderSettings } from '../settings.js'
import { TRANSACTION_STATES } from '../subjects.js'
import { errorResponse, errors, must, nonEmpty } from './errors.js'
import { allSubjects, paged, pageOf, paging } from './paging.js'

const NUMBER = 'a number from 0'
const amount = z.number(must(NUMBER)).min(0, `must be ${NUMBER}`)
/** Credentials are part of each request; any are accepted. Source: Transaction Analysis, request body. */
export const credentials = { client_id: nonEmpty, client_secret: nonEmpty }

const amounts = {
  external_transaction_id: nonEmpty,
  sending_dollar_amount: amount,
  sending_amount: amount,
  receiving_amount: amount,
}

const submitted = z.discriminatedUnion(
  'transaction_type',
  [
    z.looseObject({
      transaction_type: z.literal('FIAT'),
      ...amounts,
      sending_currency: nonEmpty,
      receiving_currency: nonEmpty,
    }),
    z.looseObject({
      transaction_type: z.literal('CRYPTO'),
      ...amounts,
      network: nonEmpty,
      asset: nonEmpty,
      sending_wallet: nonEmpty.optional(),
      receiving_wallet: nonEmpty,
    }),
  ],
  {
    error: ({ code, input }) =>
      code === 'invalid_union' ? 'must be FIAT or CRYPTO' : must('an object').error({ input }),
  },
)

/** A remitter or beneficiary; further data depend on its type. Source: Transaction Analysis, request body. */
export const party = z.looseObject(
  { external_id: nonEmpty, entity_type: z.enum(['PERSON', 'COMPANY'], must('PERSON or COMPANY')) },
  must('an object'),
)

const submission = z.looseObject(
  { ...credentials, transaction: submitted, remitter: party, beneficiary: party },
  must('an object'),
)

/** The transaction's values from a submission; the currency of a crypto amount is its asset. */
function transactionOf(given: z.infer<typeof submitted>, id: string, now: number): TransactionFacts {
  const crypto = given.transaction_type === 'CRYPTO'
  return {
    id,
    external_transaction_id: given.external_transaction_id,
    request_at: now,
    transaction_type: given.transaction_type,
    sending_dollar_amount: given.sending_dollar_amount,
    asset: crypto ? given.asset : null,
    sending_amount: given.sending_amount,
    sending_currency: crypto ? given.asset : given.sending_currency,
    network: crypto ? given.network : null,
    sending_wallet: crypto ? (given.sending_wallet ?? null) : null,
    receiving_amount: given.receiving_amount,
    receiving_currency: crypto ? null : given.receiving_currency,
    receiving_wallet: crypto ? given.receiving_wallet : null,
    analyzed_at: null,
  }
}

/** Stores the transaction in a story of its own and sets the timer of its analysis. */
async function register(given: z.infer<typeof submitted>, port: ProviderPort): Promise<void> {
  const story = given.external_transaction_id
  const now = port.now()
  const own = transactionOf(given, idFrom(now, port.random('transaction', story).hex(16)), now)
  const facts = await port.facts(story, { transaction: own })
  const root = { id: String(facts.flow_instance_id), kind: 'flow_instance', data: { transaction: own } }
  await Promise.all([
    // A story with this label may exist already, with a generated transaction.
    port.putSubject({ ...root, state: typeof facts.status === 'string' ? facts.status : 'IN_PROGRESS', story }),
    port.putSubject({
      id: own.external_transaction_id,
      kind: 'transaction',
      state: 'PROGRESS',
      data: { id: own.id, request_at: now, ...transactionFields(own, 'PROGRESS', now) },
      story,
    }),
    port.setTimer(own.external_transaction_id, ANALYSIS, now + (port.settings() as ProviderSettings).analysisDelayMs),
  ])
}

const submit: Route = {
  method: 'POST',
  path: '/api/v1/verification/send',
  summary: 'Submit Transaction',
  documented: true,
  open: true,
  body: { type: 'json', schema: submission },
  answers: {
    200: {
      description: 'Registered; the analysis has begun',
      assumption: 'submitResponse',
      schema: z.strictObject({ external_transaction_id: z.string(), state: z.literal('PROGRESS') }),
    },
    ...errors(400),
  },
  handler: async ({ body, port }) => {
    const { transaction } = submission.parse(body)
    const { external_transaction_id } = transaction
    // The same id may be in progress: a caller that timed out sends it again.
    const submitting = `submitting ${external_transaction_id}`
    if (port.subject(external_transaction_id) !== undefined || port.memory.has(submitting))
      return errorResponse(
        400,
        `transaction.external_transaction_id: "${external_transaction_id}" has been used before.`,
      )
    port.memory.set(submitting, true)
    try {
      await register(transaction, port)
    } finally {
      port.memory.delete(submitting)
    }
    return { status: 200, body: { external_transaction_id, state: 'PROGRESS' } }
  },
}

const listQuery = z.object({
  ...credentials,
  external_transaction_id: z.string().optional(),
  client_transaction_id: z.string().optional().describe('The older name of the same filter.'),
  ...paging,
})

const itemSchema = z.strictObject({
  external_transaction_id: z.string(),
  request_at: z.int(),
  analyzed_at: z.int().nullable(),
  transaction: z.strictObject({
    id: z.string(),
    transaction_type: z.enum(['FIAT', 'CRYPTO']),
    state: z.enum(TRANSACTION_STATES),
    sending_dollar_amount: z.number().nullable(),
    sending_amount: z.number(),
    sending_currency: z.string(),
    receiving_wallet: z.string().nullable(),
  }),
})

function item({ id, state, data }: Subject): JsonObject {
  const of = (key: string) => data[key] ?? null
  return {
    external_transaction_id: id,
    request_at: of('request_at'),
    analyzed_at: of('analyzed_at'),
    transaction: {
      id: of('id'),
      transaction_type: of('transaction_type'),
      state,
      sending_dollar_amount: of('sending_dollar_amount'),
      sending_amount: of('sending_amount'),
      sending_currency: of('sending_currency'),
      receiving_wallet: of('receiving_wallet'),
    },
  }
}

const list: Route = {
  method: 'GET',
  path: '/api/v1/verification/get',
  summary: 'List Transactions',
  documented: true,
  open: true,
  query: listQuery,
  answers: {
    200: { description: 'A page of transactions, newest first', schema: pageOf(itemSchema) },
    ...errors(400),
  },
  handler: ({ query, port }) => {
    const filter = listQuery.parse(query)
    const id = filter.external_transaction_id ?? filter.client_transaction_id
    const one = id === undefined ? undefined : port.subject(id)
    const all = id === undefined ? allSubjects(port, 'transaction') : one?.kind === 'transaction' ? [one] : []
    const { items, ...counts } = paged(all, filter)
    return { status: 200, body: { items: items.map(item), ...counts } }
  },
}

/** Submit Transaction and List Transactions. */
export const transactionRoutes: readonly Route[] = [submit, list]
