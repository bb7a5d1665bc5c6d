// startReceiver(): a scripted receiver for tests, which can check the signature of one provider.
import { systemClock } from '../clock/system.js'
import { findProvider } from '../provider/catalog.js'
import type { Provider } from '../provider/provider.js'
import { builtInProviders } from '../providers/index.js'
import { type CheckOptions, createCheck } from '../receiver/check.js'
import type { CheckedRequest, ReceivedRequest, SignatureVerdict } from '../receiver/received.js'
import {
  type ReceiverOptions as BareOptions,
  type Receiver as BareReceiver,
  startReceiver as start,
} from '../receiver/receiver.js'
import { type Duration, maybeMs } from './durations.js'
import { rethrowWithHint } from './rethrow.js'
import type { ProviderName } from './typed.js'

/**
 * How the provider signs: the secret, the channel (default: the one that the request came through), the subscription's settings that
 * change how a request is signed, and `freshness` (default true: the timestamp must be near the time of arrival).
 * @example await expect(request).toBeSignedFor('standard', { secret, freshness: false })
 */
export type SignedBy = Omit<CheckOptions, 'provider' | 'where'>

/**
 * What a receiver answers and checks. With `provider` it answers 401 to requests that the provider did not sign with `secret`.
 * @example await startReceiver({ answers: [500, '200@2s'], provider: 'standard', secret })
 */
export interface ReceiverOptions extends Omit<BareOptions, 'check'>, SignedBy {
  /** A built-in provider's name, or a provider of your own. Default: nothing is checked. */
  provider?: ProviderName | Provider | undefined
}

/**
 * A running receiver: its URL, the requests it got, and other answers from now on.
 * @example expect((await receiver.next()).json).toMatchObject({ type: 'invoice.paid' })
 */
export interface Receiver extends Omit<BareReceiver, 'next'> {
  /** The first request, past or future, that matches; rejects with `timed_out` after `timeout` of real time (default 5s). */
  next(matches?: (request: ReceivedRequest) => boolean, timeout?: Duration): Promise<ReceivedRequest>
  /** Stops listening and cuts every connection. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A provider by its name, or itself. Throws `unknown_name` with "did you mean". */
function providerOf(named: string | Provider): Provider {
  if (typeof named !== 'string') return named
  return findProvider(builtInProviders, named, 'provider')
}

/** The system clock, and the signature debugger, which is loaded on first use. */
const clock = systemClock()

const checkOf = (options: CheckOptions) =>
  createCheck(options, {
    wall: clock.wall,
    explain: async request => (await import('../signature-debugger/explain-signature.js')).explainSignature(request),
  })

/** Whether a request is signed as a provider signs. Throws `unknown_name` or `invalid_setting` for names and settings that do not exist. */
export async function verdictOn(
  request: CheckedRequest,
  provider: string | Provider,
  by: SignedBy,
): Promise<SignatureVerdict> {
  const check = await checkOf({ provider: providerOf(provider), ...by })
  return check(request)
}

/**
 * Starts a receiver on 127.0.0.1, by default on any free port and answering 200. Rejects with EmulatorError `port_in_use`, with
 * `invalid_input` for answers that cannot be read, and with `unknown_name`, `invalid_setting` or `invalid_secret` for what the provider
 * does not know.
 * @example
 * const receiver = await startReceiver({ answers: [500, 500, 200] })
 * await standin.subscribe('standard', { url: receiver.url, secret })
 */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  return rethrowWithHint(() => open(options))
}

async function open(options: ReceiverOptions): Promise<Receiver> {
  const { provider, secret, channel, settings, freshness, ...rest } = options
  const check =
    provider === undefined
      ? undefined
      : await checkOf({ provider: providerOf(provider), secret, channel, settings, freshness })
  const receiver = await start(clock, { ...rest, check })
  return {
    ...receiver,
    next: async (matches, timeout) => receiver.next(matches, maybeMs(timeout, 'timeout')),
    stop: receiver.close,
    [Symbol.asyncDispose]: receiver.close,
  }
}
