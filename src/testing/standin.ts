// startStandin(): an emulator with its server, made for one test or one test file.

import { EmulatorError } from '../core/errors.js'
import type { Evidence, Expectation } from '../core/expectation.js'
import type { DeliveryFilter } from '../core/ledger.js'
import type { Subscription } from '../core/subscription.js'
import type { Counts, Emulator, EmulatorOptions } from '../emulator/contract.js'
import { createEmulator } from '../emulator/index.js'
import type { TriggerInput } from '../provider/port.js'
import { VERSION } from '../version.js'
import { type Duration, type Instant, instantMs, maybeMs } from './durations.js'
import { createHandles, type DeliveryHandle } from './handle.js'
import { timeline } from './timeline.js'
import { told } from './told.js'
import type { EventName, ProviderName, Triggered, TypedSubscriptionInput, TypedTriggerInput } from './typed.js'

/** A receiver in this process: a `fetch` handler, or an object with one, such as a Hono app. */
export type InProcessApp =
  | ((request: Request) => Response | Promise<Response>)
  | { fetch(request: Request): Response | Promise<Response> }

export interface StandinOptions extends Omit<EmulatorOptions, 'start'> {
  /** Gets the deliveries without a socket; subscriptions then need no URL, or only a path. */
  app?: InProcessApp | undefined
  /** Emulator time at the start. */
  start?: Instant | undefined
  /** Where the server listens; 0 (default) is any free port. */
  port?: number | undefined
  host?: string | undefined
}

/** An expectation with durations as people write them. */
export interface WrittenExpectation extends Omit<Expectation, 'withinMs' | 'neverWithinMs' | 'timeoutMs'> {
  /** From the event's creation to the outcome, on the emulator's clock. */
  within?: Duration | undefined
  /** Met when the outcome does not come within this, on the emulator's clock. */
  neverWithin?: Duration | undefined
  /** Real time to wait at the most; default 10s. */
  timeout?: Duration | undefined
}

/** An emulator for tests: everything it can do, with handles, durations as texts, and types per provider. */
export interface Standin
  extends Omit<Emulator, 'subscribe' | 'trigger' | 'advance' | 'drain' | 'expect' | 'stop' | 'wait'> {
  /** Base of the control API and of the providers' APIs, e.g. `http://127.0.0.1:40123`. */
  readonly url: string
  /** The server without a socket, for receivers that take a `fetch` of their own. */
  fetch(request: Request): Promise<Response>
  subscribe<P extends ProviderName>(provider: P, input?: TypedSubscriptionInput<P>): Promise<Subscription>
  trigger<P extends ProviderName, T extends EventName<P>>(
    provider: P,
    type: T,
    input?: TypedTriggerInput<P, T>,
  ): Promise<Triggered<P, T>>
  /** Handles on deliveries, oldest first; default all, at most 1000. */
  deliveries(filter?: DeliveryFilter): DeliveryHandle[]
  /** Moves a manual clock exactly that far, serving every due on the way. */
  advance(by: Duration): Promise<Counts>
  /** Moves a manual clock to the last due within `upTo` (default: until nothing is owed). */
  drain(options?: { upTo?: Duration }): Promise<Counts>
  /** Waits for an outcome; throws with the nearest miss and its timeline when it does not come. */
  expect(expectation: WrittenExpectation): Promise<Evidence[]>
  /** Stops serving and sending. What is in flight gets `grace` (default 0) to end. */
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

async function serve(emulator: Emulator, { host, port }: { host: string; port: number }) {
  const [{ createApp }, { listen }, { createSpaces }] = await Promise.all([
    import('../http/app.js'),
    import('../http/listen.js'),
    import('../emulator/spaces.js'),
  ])
  const spaces = createSpaces({
    root: emulator,
    make: own => createEmulator({ providers: emulator.providers, ...own }),
  })
  const app = createApp({ spaces, version: VERSION })
  const { url, close } = await listen(app, { host, port })
  return { url, close, spaces, fetch: async (request: Request) => app.fetch(request) }
}

/** Starts Standin: memory ledger, any free port. Throws EmulatorError for options that cannot be used. */
export async function startStandin(options: StandinOptions = {}): Promise<Standin> {
  return told(() => start(options))
}

async function start(options: StandinOptions): Promise<Standin> {
  const { app, start: from, port = 0, host = '127.0.0.1', ...rest } = options
  const handler = typeof app === 'function' ? app : app && ((request: Request) => app.fetch(request))
  const emulator = await createEmulator({
    ...rest,
    ...(from !== undefined && { start: instantMs(from, 'start') }),
    ...(handler && { inProcess: { ...rest.inProcess, [APP]: handler } }),
  })
  const server = await serve(emulator, { host, port }).catch(async error => {
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
    const result = await told(() => emulator.trigger(provider, type, input))
    return { ...result, deliveries: result.deliveries.map(handle) }
  }
  return {
    ...emulator,
    url: server.url,
    fetch: server.fetch,
    subscribe: async (provider, { url, ...input } = {}) =>
      told(() => emulator.subscribe(provider, { ...input, url: withBase(url, app) })),
    // The types are inferred from the schemas that the payload has just passed.
    trigger: trigger as unknown as Standin['trigger'],
    deliveries: (filter = {}) => emulator.ledger.deliveries(filter, { limit: 1000 }).reverse().map(handle),
    advance: async by => told(() => emulator.advance(maybeMs(by, 'by') ?? 0)),
    drain: async ({ upTo } = {}) =>
      told(() => {
        const upToMs = maybeMs(upTo, 'upTo')
        return emulator.drain(upToMs === undefined ? {} : { upToMs })
      }),
    expect: async ({ within, neverWithin, timeout, ...wanted }) => {
      const { met, seen, evidence } = await told(() =>
        emulator.expect({
          ...wanted,
          withinMs: maybeMs(within, 'within'),
          neverWithinMs: maybeMs(neverWithin, 'neverWithin'),
          timeoutMs: maybeMs(timeout, 'timeout'),
        }),
      )
      if (met) return evidence
      throw new EmulatorError([`Expected ${wanted.outcome}, but ${seen}`, ...evidence.map(timeline)].join('\n\n'), {
        code: 'timed_out',
      })
    },
    stop,
    [Symbol.asyncDispose]: () => stop(),
  }
}
