// connectStandin(): the verbs of startStandin for a server that runs already, such as one in a container.
import type { ActiveFault } from '../api/active-fault.js'
import type { Clock, Counts } from '../api/clock.js'
import type { SpaceInput } from '../api/space.js'
import type { Subscription } from '../api/subscription.js'
import type { Trigger } from '../api/trigger.js'
import type { Client } from '../client/client.js'
import { isSettled } from '../core/delivery.js'
import { EmulatorError } from '../core/errors.js'
import type { Evidence } from '../core/expectation.js'
import type { Json, JsonObject } from '../core/json.js'
import { type DeliveryHandle, type DeliveryState, handleOf } from './delivery-handle.js'
import type { Duration } from './durations.js'
import { attemptOf, deliveryOf, evidenceOf } from './evidence.js'
import { rethrowWithHint } from './rethrow.js'
import type { WrittenExpectation } from './standin.js'
import { unmet } from './timeline.js'
import type { EventName, ProviderName, Triggered, TypedSubscriptionInput, TypedTriggerInput } from './typed.js'

/**
 * Which part of the server is used, and by what right.
 * @example await connectStandin('http://127.0.0.1:4010', { space: `worker-${process.pid}`, clock: 'manual' })
 */
export interface ConnectOptions {
  /** An emulator of its own on the server, made when there is none and deleted by `stop`. Without it: the server's own emulator. */
  space?: string | undefined
  /** What `serve` printed or was given with --token. */
  token?: string | undefined
  /** Clock of a space that is made. */
  clock?: SpaceInput['clock']
  /** Seed of a space that is made; default derived from its name. */
  seed?: SpaceInput['seed']
}

/** What a subscription is created with; its URL is needed, since the server is another process. */
type RemoteSubscription<P extends string> = Omit<TypedSubscriptionInput<P>, 'url' | 'notes'> & { url: string }

/**
 * A running server, for tests: the verbs of `startStandin`, answered in the shapes of the control API. Handles of deliveries are as
 * they were when the last call was answered. Methods reject with EmulatorError, with the hint in the message; `unreachable` when nothing
 * responds.
 * @example
 * const standin = await connectStandin('http://127.0.0.1:4010', { space: 'orders', clock: 'manual' })
 * await standin.subscribe('standard', { url: 'http://127.0.0.1:3000/webhooks' })
 * const { deliveries } = await standin.trigger('standard', 'invoice.paid')
 * await standin.drain({ upTo: '1d' })
 * assertDelivered(deliveries[0]!, { attempts: 1 })
 */
export interface ConnectedStandin {
  /** Base URL of the control API and of the providers' APIs; that of the space where one was given. */
  readonly url: string
  /** Makes a subscription; the answer has its secret. Rejects with `invalid_input`. */
  subscribe<P extends ProviderName>(provider: P, input: RemoteSubscription<P>): Promise<Subscription>
  /** Removes a subscription and cancels its pending deliveries. Rejects with `not_found`. */
  unsubscribe(id: string): Promise<void>
  /** Triggers an event; resolves once it is stored. Rejects with `invalid_input` before anything is stored. */
  trigger<P extends ProviderName, T extends EventName<P>>(
    provider: P,
    type: T,
    input?: TypedTriggerInput<P, T>,
  ): Promise<RemoteTriggered<P, T>>
  /** Handles of deliveries, oldest first; at most 1000. */
  deliveries(filter?: DeliveryQuery): Promise<DeliveryHandle[]>
  /** A delivery with its attempts. Rejects with `not_found`. */
  view(deliveryId: string): Promise<Evidence>
  /** Moves a manual clock exactly that far and makes every attempt that is due on the way. Rejects with `conflict` on another clock. */
  advance(by: Duration): Promise<Counts>
  /** Moves a manual clock to the last due attempt within `upTo` (default: until nothing is pending). Rejects with `conflict` on another clock. */
  drain(options?: { upTo?: Duration }): Promise<Counts>
  /** Waits for an outcome. Rejects with `timed_out`, the nearest miss and its attempts in the message, when it does not come. */
  expect(expectation: WrittenExpectation): Promise<Evidence[]>
  /** The server's clock. */
  clock(): Promise<Clock>
  /** Deliberate misbehaviour of the sender. */
  readonly faults: {
    add(fault: JsonObject): Promise<ActiveFault>
    list(): Promise<readonly ActiveFault[]>
    remove(id: string): Promise<void>
    clear(): Promise<void>
  }
  /** Forgets everything in this space, or in the server's own emulator. */
  reset(): Promise<void>
  /** Ends the use of the server, which goes on; deletes the space where one was given. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Filters of a list of deliveries, as the control API has them. */
type DeliveryQuery = Parameters<Client['deliveries']>[0]

/** What a trigger answers: the event in the shape of the control API, and handles. */
type RemoteTriggered<P extends string, T extends string> = Omit<
  Triggered<P, T>,
  'event' | 'repeated' | 'cancelled' | 'attempts'
> & { event: Omit<Triggered<P, T>['event'], 'createdAt'> & { createdAt: string } }

/** Handles listed at most. */
const MOST_LISTED = 1000

const asJson = (value: object): Json => JSON.parse(JSON.stringify(value))

/**
 * Connects to a server that `standin serve` started. Rejects with `unreachable` when nothing responds there, and `unauthorized` without
 * its token.
 * @example const standin = await connectStandin(process.env.STANDIN_SERVER ?? 'http://127.0.0.1:4010', { space: 'orders' })
 */
export async function connectStandin(url: string, options: ConnectOptions = {}): Promise<ConnectedStandin> {
  return rethrowWithHint(() => connect(url, options))
}

async function connect(url: string, { space, token, clock, seed }: ConnectOptions): Promise<ConnectedStandin> {
  const { createClient } = await import('../client/client.js')
  const root = createClient({ server: url, token })
  if (space === undefined) await root.health()
  else await root.makeSpace(space, { clock, seed })
  const server = space === undefined ? root.server : `${root.server}/spaces/${encodeURIComponent(space)}`
  const client = createClient({ server, token })
  const states = new Map<string, DeliveryState>()

  const fetchState = async (id: string): Promise<Evidence> => {
    const evidence = evidenceOf(await client.delivery(id))
    const { delivery, attempts } = evidence
    states.set(id, { delivery, history: attempts })
    return evidence
  }
  /** What may have changed since the handles were last read. */
  const refresh = async () => {
    for (const [id, { delivery }] of states) if (!isSettled(delivery.status)) await fetchState(id)
  }
  const handle = async (id: string): Promise<DeliveryHandle> => {
    const { delivery } = await fetchState(id)
    return handleOf(delivery, () => states.get(id) as DeliveryState, {
      wait: ({ until = 'settled', timeout } = {}) =>
        rethrowWithHint(async () => {
          const query = new URLSearchParams({ until, ...(timeout !== undefined && { timeout: String(timeout) }) })
          const met = await client.ask('GET', `/deliveries/${encodeURIComponent(id)}/wait?${query}`).then(
            answer => answer.met === true,
            error => {
              if (error instanceof EmulatorError && error.code === 'timed_out') return false
              throw error
            },
          )
          await fetchState(id)
          return met
        }),
      resend: (again = {}) =>
        rethrowWithHint(async () => {
          const attempt = attemptOf(await client.resend(id, again))
          await fetchState(id)
          return attempt
        }),
      cancel: () =>
        rethrowWithHint(async () => {
          const delivery = deliveryOf(await client.cancel(id))
          states.set(id, { delivery, history: states.get(id)?.history ?? [] })
        }),
    })
  }
  const handles = async (ids: readonly string[]) => {
    const made: DeliveryHandle[] = []
    for (const id of ids) made.push(await handle(id))
    return made
  }
  /** Asks the server, and reads anew what the handles show. */
  const moved = <T>(work: () => Promise<T>) =>
    rethrowWithHint(async () => {
      const answer = await work()
      await refresh()
      return answer
    })
  const trigger = (provider: string, type: string, input: object = {}) =>
    rethrowWithHint(async () => {
      const { deliveries, ...result } = await client.trigger(asJson({ provider, type, ...input }) as unknown as Trigger)
      return { ...result, deliveries: await handles(deliveries.map(({ id }) => id)) }
    })
  const stop = async () => {
    if (space !== undefined) await rethrowWithHint(() => root.deleteSpace(space))
  }
  return {
    url: client.server,
    subscribe: (provider, input) =>
      rethrowWithHint(() =>
        client.subscribe({ ...input, provider, eventTypes: input.eventTypes && [...input.eventTypes] }),
      ),
    unsubscribe: id => moved(() => client.unsubscribe(id)),
    // The types are inferred from the schemas that the payload has just passed on the server.
    trigger: trigger as unknown as ConnectedStandin['trigger'],
    deliveries: (filter = {}) =>
      rethrowWithHint(async () => {
        const listed = await client.deliveries(filter, MOST_LISTED)
        return handles(listed.reverse().map(({ id }) => id))
      }),
    view: id => rethrowWithHint(() => fetchState(id)),
    advance: by => moved(() => client.advance(by)),
    drain: ({ upTo } = {}) => moved(() => client.drain(upTo)),
    expect: expectation =>
      moved(async () => {
        const { met, seen, evidence } = await client.expect(expectation)
        const found = evidence.map(evidenceOf)
        if (!met) throw unmet(expectation.outcome, seen, found)
        return found
      }),
    clock: () => rethrowWithHint(client.clock),
    faults: {
      add: fault => rethrowWithHint(() => client.addFault(fault)),
      list: () => rethrowWithHint(client.faults),
      remove: id => rethrowWithHint(() => client.removeFault(id)),
      clear: () => rethrowWithHint(client.clearFaults),
    },
    reset: () => rethrowWithHint(client.reset),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
