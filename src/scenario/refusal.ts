// Why a receiver answered 401 or 403: the string that was signed, what its answer shows of its own computation, and what to do next.
import type { Refusal } from '../api/refusal.js'
import type { Attempt, Delivery } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { Emulator } from '../emulator/contract.js'
import { explainRejection, type SignatureRejection } from '../signature-debugger/explain-rejection.js'
import { faultHint, GENERATED_HINT, unknownCauseHint } from './refusal-hints.js'

/** Explains the rejected signature; undefined where nothing is signed with a secret, or a fault has changed the signature. */
async function rejectionOf(
  emulator: Emulator,
  delivery: Delivery,
  attempt: Attempt,
): Promise<SignatureRejection | undefined> {
  const { subscription, body } = emulator.view(delivery.id)
  if (subscription?.secret == null || attempt.answer === null) return undefined
  const { provider } = await emulator.load(delivery.provider)
  const question = {
    provider,
    channel: delivery.channel,
    secret: subscription.secret,
    settings: subscription.settings,
    providerSettings: await emulator.settings(delivery.provider),
    headers: attempt.headers,
    body: attempt.bodyBase64 === null ? Buffer.from(body) : Buffer.from(attempt.bodyBase64, 'base64'),
    now: attempt.stampedAt,
  }
  return explainRejection(question, attempt.answer.body)
}

/**
 * Explains an attempt that was answered 401 or 403. `madeUp` says that nobody gave the secret it was signed with. Undefined where its
 * subscription is gone or there are no credentials any more.
 */
export async function refusalOf(
  emulator: Emulator,
  { delivery, attempt, madeUp }: { delivery: Delivery; attempt: Attempt; madeUp: boolean },
): Promise<Refusal | undefined> {
  try {
    const { signedString, message } = await emulator.explain(attempt)
    const rejection = signedString === undefined ? undefined : await rejectionOf(emulator, delivery, attempt)
    const computed = rejection?.computed ?? null
    const hints = [
      ...faultHint(attempt.faults),
      ...(madeUp && signedString !== undefined ? [GENERATED_HINT] : []),
      ...(rejection === undefined || computed !== null ? [] : unknownCauseHint(delivery, rejection.headers)),
    ]
    return {
      deliveryId: delivery.id,
      attempt: attempt.number,
      signedString: signedString ?? null,
      credentials: signedString === undefined ? message.headers.map(([name]) => name) : [],
      computed,
      hints,
    }
  } catch (error) {
    if (error instanceof EmulatorError) return undefined
    throw error
  }
}
