// startReceiver(): a scripted receiver for tests, which can check the signature of one provider.
import { systemClock } from '../clock/system.js'
import { unknownName } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { Provider } from '../provider/provider.js'
import { builtInProviders } from '../providers/index.js'
import { type CheckOptions, createCheck } from '../receiver/check.js'
import type { ReceivedRequest, SignatureVerdict } from '../receiver/received.js'
import {
  type ReceiverOptions as BareOptions,
  type Receiver as BareReceiver,
  type Fits,
  startReceiver as start,
} from '../receiver/receiver.js'
import { type Duration, maybeMs } from './durations.js'
import { told } from './told.js'
import type { ProviderName } from './typed.js'

/** Whose messages a request is compared with. */
export interface SignedBy {
  secret?: string | undefined
  channel?: string | undefined
  /** Settings of the subscription that change how a message is signed. */
  settings?: JsonObject | undefined
  /** False: the stamp may be far from the time of arrival, as with `stamp: 'clock'`. */
  freshness?: boolean | undefined
}

export interface ReceiverOptions extends Omit<BareOptions, 'check'>, SignedBy {
  /** Refuse with 401 what this provider would not send with this secret; a name, or a provider of one's own. */
  provider?: ProviderName | Provider | undefined
}

export interface Receiver extends Omit<BareReceiver, 'next'> {
  /** The first request, past or to come, that fits; rejects after `timeout` of real time (default 5s). */
  next(fits?: Fits, timeout?: Duration): Promise<ReceivedRequest>
  /** Stops listening and cuts every connection. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A provider by name or itself. Throws `unknown_name` with "did you mean". */
function providerOf(named: string | Provider): Provider {
  if (typeof named !== 'string') return named
  const found = builtInProviders.find(({ name }) => name === named)
  if (found) return found
  throw unknownName(
    'provider',
    named,
    builtInProviders.map(({ name }) => name),
    'provider',
  )
}

/** The present, and the debugger loaded when a signature is to be explained. */
const clock = systemClock()

const checkOf = (options: CheckOptions) =>
  createCheck(options, {
    wall: clock.wall,
    explain: async request => (await import('../signature-debugger/explain-signature.js')).explainSignature(request),
  })

/** Says whether a request is as a provider signs with a secret. Throws for unknown names and settings. */
export async function verdictOn(
  request: Pick<ReceivedRequest, 'headers' | 'body'> & { at?: number | undefined },
  provider: string | Provider,
  by: SignedBy,
): Promise<SignatureVerdict> {
  const check = await checkOf({ provider: providerOf(provider), ...by })
  return check(request)
}

/** Starts a receiver on 127.0.0.1, by default on any free port and answering 200. */
export async function startReceiver(options: ReceiverOptions = {}): Promise<Receiver> {
  return told(() => open(options))
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
    next: async (fits, timeout) => receiver.next(fits, maybeMs(timeout, 'timeout')),
    stop: receiver.close,
    [Symbol.asyncDispose]: receiver.close,
  }
}
