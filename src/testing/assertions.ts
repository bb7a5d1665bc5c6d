// The claims as plain assertions, for node:test and every other runner.
import { AssertionError } from 'node:assert'
import type { Provider } from '../provider/provider.js'
import {
  type DeliveryLike,
  type Judgement,
  judgeAttempts,
  judgeDelivered,
  judgeSigned,
  type RequestLike,
} from './judgements.js'
import type { SignedBy } from './receiver.js'
import type { ProviderName } from './typed.js'

function hold({ pass, message }: Judgement, operator: string): void {
  if (!pass) throw new AssertionError({ message, operator })
}

/** Throws an AssertionError with the delivery's timeline unless it is delivered (after exactly that many attempts). */
export function assertDelivered(delivery: DeliveryLike, options?: { attempts?: number }): void {
  hold(judgeDelivered(delivery, options), 'assertDelivered')
}

/** Throws an AssertionError with the delivery's timeline unless exactly `count` attempts were made. */
export function assertAttempts(delivery: DeliveryLike, count: number): void {
  hold(judgeAttempts(delivery, count), 'assertAttempts')
}

/** Rejects with an AssertionError unless the request is signed as the provider signs with that secret. */
export async function assertSignedFor(
  request: RequestLike,
  provider: ProviderName | Provider,
  by: SignedBy = {},
): Promise<void> {
  hold(await judgeSigned(request, provider, by), 'assertSignedFor')
}
