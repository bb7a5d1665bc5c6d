// Why a receiver answered 401 or 403 to an attempt of a running server, asked of that server.
import type { Attempt } from '../api/attempt.js'
import type { Delivery } from '../api/delivery.js'
import type { Refusal } from '../api/refusal.js'
import type { Client } from '../client/client.js'
import { EmulatorError } from '../core/errors.js'
import { faultHint, unknownCauseHint } from '../scenario/refusal-hints.js'

/** Explains an attempt that was answered 401 or 403; undefined where its subscription is gone. */
export async function refusalOnServer(
  client: Client,
  delivery: Pick<Delivery, 'id' | 'provider' | 'channel'>,
  { number, faults, request }: Attempt,
): Promise<Refusal | undefined> {
  const about = { deliveryId: delivery.id, attempt: number }
  try {
    const { verdict, steps, expected, computed } = await client.explainSignature({
      delivery: delivery.id,
      attempt: number,
      whole: true,
    })
    const headers = expected.flatMap(({ name, value }): [string, string][] => (value === null ? [] : [[name, value]]))
    return {
      ...about,
      signedString: steps.find(({ name }) => name === 'signed string')?.value ?? null,
      credentials: [],
      computed,
      hints: [
        ...faultHint(faults),
        ...(verdict === 'valid' && computed === null ? unknownCauseHint(delivery, headers) : []),
      ],
    }
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error
    // Nothing is signed with a secret.
    if (error.code === 'invalid_input')
      return {
        ...about,
        signedString: null,
        credentials: request.headers.map(({ name }) => name),
        computed: null,
        hints: faultHint(faults),
      }
    if (error.code === 'not_found') return undefined
    throw error
  }
}
