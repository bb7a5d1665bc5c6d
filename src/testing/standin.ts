// startStandin(): an emulator with its server, made for one test or one test file.
import type { Expectation } from '../api/expectation.js'
import { EmulatorError } from '../core/errors.js'
import type { Evidence } from '../core/expectation.js'
import { fileVariables } from '../core/file-variables.js'
import type { DeliveryFilter } from '../core/ledger.js'
import type { Subscription } from '../core/subscription.js'
import type { Counts, Emulator, EmulatorOptions } from '../emulator/contract.js'
import { createEmulator } from '../emulator/index.js'
import type { TriggerInput } from '../provider/port.js'
import { VERSION } from '../version.js'
import { createHandles, type DeliveryHandle } from './delivery-handle.js'
import { type Duration, type Instant, instantMs, maybeMs } from './durations.js'
import { rethrowWithHint } from './rethrow.js'
import { unmet } from './timeline.js'
import type { EventName, ProviderName, Triggered, TypedSubscriptionInput, TypedTriggerInput } from './typed.js'

/**
 * A receiver in this process: a `fetch` handler, or an object with one, such as a Hono app. One that throws counts as a cut connection.
 * @example await startStandin({ app: new Hono().post('/webhooks', c => c.text('ok')) })
 */
export type InProcessApp =
  | ((request: Request) => Response | Promise<Response>)
  | { fetch(request: Request): Response | Promise<Response> }

/**
 * How Standin is started: the options of an emulator, a receiver in process, and where the server listens.
 * @example await startStandin({ clock: 'manual', seed: 7, start: '2026-01-15T12:00:00Z' })
 */
export interface StandinOptions extends Omit<EmulatorOptions, 'start'> {
  /** Gets the deliveries without a socket; subscriptions then need no URL, or only a path. */
  app?: InProcessApp | undefined
  /** Emulator time at the start. */
  start?: Instant | undefined
  /** Where the server listens; 0 (default) is any free port. */
  port?: number | undefined
  /** Default 127.0.0.1. */
  host?: string | undefined
}

/**
 * An outcome to wait for: which deliveries, their outcome, and with `within`, `neverWithin` (both on the emulator's clock) and
 * `timeout` (real time, default 10s) by when.
 * @example await standin.expect({ type: 'invoice.paid', outcome: 'delivered', within: '1m', attempts: 2 })
 */
export type WrittenExpectation = Expectation

/**
 * An emulator for tests: everything that an emulator can do, with delivery handles, durations as text, and types for each provider.
 * Its methods reject with EmulatorError for mistakes of the test, with the hint in the message.
 * @example
 * const standin = await startStandin({ clock: 'manual', seed: 7 })
 * await standin.subscribe('standard', { url: receiver.url, secret })
 * const { deliveries } = await standin.trigger('standard', 'invoice.paid')
 * await standin.drain({ upTo: '1d' })
 * expect(deliveries[0]).toBeDelivered({ attempts: 3 })
 */
export interface Standin
  extends Omit<Emulator, 'subscribe' | 'trigger' | 'advance' | 'drain' | 'expect' | 'stop' | 'wait'> {
  /** Base URL of the control API and of the providers' APIs, e.g. `http://127.0.0.1:40123`. */
  readonly url: string
  /** The server without a socket, for receivers that take a `fetch` of their own. */
  fetch(request: Request): Promise<Response>
  /** Makes a subscription. Rejects with `unknown_name`, `invalid_url`, `invalid_setting` or `invalid_secret`. */
  subscribe<P extends ProviderName>(provider: P, input?: TypedSubscriptionInput<P>): Promise<Subscription>
  /** Triggers an event; resolves once it is stored. Rejects with `unknown_name` or `invalid_input` before anything is stored. */
  trigger<P extends ProviderName, T extends EventName<P>>(
    provider: P,
    type: T,
    input?: TypedTriggerInput<P, T>,
  ): Promise<Triggered<P, T>>
  /** Handles of deliveries, oldest first; default all, at most 1000. */
  deliveries(filter?: DeliveryFilter): DeliveryHandle[]
  /** Moves a manual clock exactly that far and makes every attempt that is due on the way. Rejects with `conflict` on another clock. */
  advance(by: Duration): Promise<Counts>
  /** Moves a manual clock to the last due attempt within `upTo` (default: until nothing is pending). Rejects with `conflict` on another clock. */
  drain(options?: { upTo?: Duration }): Promise<Counts>
  /** Waits for an outcome. Rejects with `timed_out`, the nearest miss and its attempts in the message, when it does not come, and with `conflict` on a reset or stop. */
  expect(expectation: WrittenExpectation): Promise<Evidence[]>
  /** Stops serving and sending. Attempts in flight get `grace` of real time (default 0) to end. */
  stop(grace?: Duration): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const APP = 'http://app.localhost'

function withBase(url: string | undefined, app: InProcessApp | undefined): string {
  if (app === undefined) {
    if (url !== undefined) return url
    throw new EmulatorError('A subscription needs the URL of its receiver.', {
      code: 'invalid_url',
      hint: 'Give url, or start Standin with an in-process app.',
      where: 'url',
    })
  }
  if (url === undefined) return `${APP}/`
  return url.startsWith('/') ? `${APP}${url}` : url
}

type SpaceLimits = Pick<EmulatorOptions, 'allowTargets' | 'ca' | 'insecure' | 'cert' | 'key' | 'pfx' | 'passphrase'>

async function serve(emulator: Emulator, limits: SpaceLimits, { host, port }: { host: string; port: number }) {
  const [{ createApp }, { listen }, { createSpaces }] = await Promise.all([
    import('../http/app.js'),
    import('../http/listen.js'),
    import('../emulator/spaces.js'),
  ])
  const spaces = createSpaces({
    root: emulator,
    make: own => createEmulator({ providers: emulator.providers, ...limits, ...own }),
    startedWith: { ...fileVariables(limits), insecure: limits.insecure, allowTargets: limits.allowTargets },
  })
  const app = createApp({ spaces, version: VERSION })
  const { url, close } = await listen(app, { host, port })
  return { url, close, spaces, fetch: async (request: Request) => app.fetch(request) }
}

/**
 * Starts Standin for a test: ledger in memory and any free port, unless the options say otherwise. Rejects with EmulatorError for
 * options that cannot be used, such as `port_in_use` or `unknown_name`.
 * @example
 * const standin = await startStandin({ clock: 'manual', seed: 7 })
 * // … and at the end of the test:
 * await standin.stop()
 */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
  return rethrowWithHint(() => start(options))
}

async function start(options: StandinOptions): Promise<Standin> {
  const { app, start: from, port = 0, host = '127.0.0.1', ...rest } = options
  const handler = typeof app === 'function' ? app : app && ((request: Request) => app.fetch(request))
  const emulator = await createEmulator({
    ...rest,
    ...(from !== undefined && { start: instantMs(from, 'start') }),
    ...(handler && { inProcess: { ...rest.inProcess, [APP]: handler } }),
  })
  const { allowTargets, ca, insecure, cert, key, pfx, passphrase } = rest
  const limits = { allowTargets, ca, insecure, cert, key, pfx, passphrase }
  const server = await serve(emulator, limits, { host, port }).catch(async error => {
    await emulator.stop(0)
    throw error
  })
  const { handle, freeze } = createHandles(emulator)
  let stopping: Promise<void> | undefined
  const stop = (grace: Duration = 0) => {
    if (!stopping) freeze()
    stopping ??= Promise.all([server.close(), server.spaces.stop(maybeMs(grace, 'grace'))]).then(() => undefined)
    return stopping
  }
  const trigger = async (provider: string, type: string, input?: TriggerInput) => {
    const { payloadJson: _, ...result } = await rethrowWithHint(() => emulator.trigger(provider, type, input))
    return { ...result, deliveries: result.deliveries.map(handle) }
  }
  return {
    ...emulator,
    url: server.url,
    fetch: server.fetch,
    subscribe: async (provider, { url, ...input } = {}) =>
      rethrowWithHint(() => emulator.subscribe(provider, { ...input, url: withBase(url, app) })),
    // The types are inferred from the schemas that the payload has just passed.
    trigger: trigger as unknown as Standin['trigger'],
    deliveries: (filter = {}) => emulator.ledger.deliveries(filter, { limit: 1000 }).reverse().map(handle),
    advance: async by => rethrowWithHint(() => emulator.advance(maybeMs(by, 'by') ?? 0)),
    drain: async ({ upTo } = {}) =>
      rethrowWithHint(() => {
        const upToMs = maybeMs(upTo, 'upTo')
        return emulator.drain(upToMs === undefined ? {} : { upToMs })
      }),
    expect: async ({ within, neverWithin, timeout, ...expectation }) => {
      const { met, seen, evidence } = await rethrowWithHint(() =>
        emulator.expect({
          ...expectation,
          withinMs: maybeMs(within, 'within'),
          neverWithinMs: maybeMs(neverWithin, 'neverWithin'),
          timeoutMs: maybeMs(timeout, 'timeout'),
        }),
      )
      if (met) return evidence
      throw unmet(expectation.outcome, seen, evidence)
    },
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}
