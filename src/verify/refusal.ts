// Why a receiver may have refused a valid signature.
import { explainRejection, type SignatureRejection } from '../signature-debugger/explain-rejection.js'
import type { Exchange } from './exchange.js'

type Question = Parameters<typeof explainRejection>[0]

/** Explains the refusal of a request; undefined where requests are not signed with a secret. */
export async function explainRefusal(
  { message: { headers, body }, answer }: Exchange,
  { secret, ...asked }: Omit<Question, 'headers' | 'body' | 'secret'> & { secret: string | undefined },
): Promise<SignatureRejection | undefined> {
  if (secret === undefined) return undefined
  const question = { ...asked, secret, headers, body: typeof body === 'string' ? Buffer.from(body) : body }
  return explainRejection(question, answer?.body ?? '')
}
