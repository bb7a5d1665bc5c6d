// The owner's side of the relay: a transport that hands requests to senders through Redis, and gets their results back.
import { randomToken } from '../config.js'
import type { Clock } from '../core/clock.js'
import type { Message } from '../core/message.js'
import type { SendOptions, Sent, Transport } from '../delivery/transport.js'
import { GROUP, type Result, requestFields, requestsOf, resultsOf, type Streams } from './entries.js'
import { createPresence, type KeptLedger } from './presence.js'
import { connectPair, failedStart, isRefusedByRedis, type RedisOptions } from './redis.js'
import { createRelayTransport, type Handed, type OwnerRules, unsent } from './relay-transport.js'
import { LOOK_AT, type Looked } from './scripts.js'

/** How a relay waits. */
export interface RelayOptions extends RedisOptions {
  clock: Pick<Clock, 'alarm' | 'monotonic'>
  /** How long a request may wait for a sender, real ms. Default 30 s. */
  waitMs?: number | undefined
}

/** Sending through senders. */
export interface Relay {
  /** A transport with the rules of its owner; the transports of one relay share its connections. */
  transport(rules: OwnerRules): Transport
  /** Drops what an earlier start on this ledger left in Redis, so that no sender sends it any more. */
  own(ledger: KeptLedger): Promise<void>
  /** Removes everything of this owner from Redis and disconnects. */
  close(): Promise<void>
}

const WAIT_MS = 30_000

/** How long a result may be on its way, ms. */
const ON_THE_WAY_MS = 2000

/** How many entries one script looks at, and one read takes. */
const BATCH = 500

const RESULTS_WAIT_MS = 2000

interface Pending extends Handed {
  message: Message
  options: SendOptions
  /** When it was handed over, monotonic ms. */
  since: number
  /** When it is looked at next; monotonic ms. */
  lookAt: number
  state: 'unwritten' | 'writing' | 'written' | 'lost'
}

/** Connects to Redis as an owner. Throws as connectPair does. */
export async function connectRelay({ waitMs = WAIT_MS, clock, ...redis }: RelayOptions): Promise<Relay> {
  const owner = randomToken()
  const requests = requestsOf(owner)
  const results = resultsOf(owner)
  const { commands, reader } = await connectPair(redis)
  const pending = new Map<number, Pending>()
  let lastNumber = 0
  let lastResult = '0-0'
  let isClosed = false
  let cancelLook: (() => void) | undefined

  function begun(isNew: boolean): void {
    if (isNew) for (const one of pending.values()) if (one.state === 'written') lose(one)
    for (const one of pending.values()) if (one.state === 'unwritten') write(one)
  }

  function write(one: Pending): void {
    one.state = 'writing'
    // The number is the id, so that what Redis has already is not added again.
    commands.command(['XADD', requests, String(one.number), ...requestFields(one.message, one.options)]).then(
      () => {
        if (one.state === 'writing') one.state = 'written'
      },
      (error: unknown) => {
        if (!isRefusedByRedis(error)) one.state = 'unwritten'
        else if (/equal or smaller/.test(error.message)) one.state = 'written'
        else one.finish(unsent('local_error', `Redis did not take the request: ${error.message}. Nothing was sent.`))
      },
    )
  }

  /** Nobody has it any more; only a sender that has begun can still give a result. */
  function lose(one: Pending): void {
    one.state = 'lost'
    one.lookAt = clock.monotonic() + one.options.timeoutMs + ON_THE_WAY_MS
  }

  function lookLater(): void {
    if (cancelLook !== undefined || pending.size === 0 || isClosed) return
    cancelLook = clock.alarm(Math.max(10, Math.min(1000, waitMs / 4)), () => {
      cancelLook = undefined
      look().then(lookLater, lookLater)
    })
  }

  /** Looks what became of the requests that have waited for long. */
  async function look(): Promise<void> {
    const now = clock.monotonic()
    const due: Pending[] = []
    for (const one of pending.values()) {
      if (now - one.since < waitMs && one.state !== 'lost') break
      if (one.lookAt <= now) due.push(one)
    }
    for (const one of due) {
      if (one.state === 'lost')
        one.finish(unsent('local_error', `${commands.shown} lost the request; a sender may have sent it.`))
      else if (one.state !== 'written')
        one.finish(unsent('local_error', `${commands.shown} was out of reach for ${waitMs} ms; nothing was sent.`))
    }
    const written = due.filter(({ state }) => state === 'written')
    for (let at = 0; at < written.length; at += BATCH) await lookAt(written.slice(at, at + BATCH))
  }

  async function lookAt(some: readonly Pending[]): Promise<void> {
    const abandonedMs = presence.claimAfterMs() + waitMs
    const ids = some.map(({ number }) => `${number}-0`)
    const found = (await commands.command([
      'EVAL',
      LOOK_AT,
      '1',
      requests,
      GROUP,
      String(abandonedMs),
      ...ids,
    ])) as Looked[]
    some.forEach((one, i) => {
      one.lookAt = clock.monotonic() + waitMs
      if (found[i] === 'gone') lose(one)
      if (found[i] === 'waiting')
        one.finish(unsent('local_error', `No sender took it within ${waitMs} ms; is \`standin sender\` running?`))
      if (found[i] === 'abandoned')
        one.finish(
          unsent('local_error', 'The sender that took it is gone, and no other claimed it; it may have been sent.'),
        )
    })
  }

  async function readResults(): Promise<void> {
    while (!isClosed) {
      try {
        await reader.ready()
        const args = ['XREAD', 'COUNT', String(BATCH), 'BLOCK', String(RESULTS_WAIT_MS), 'STREAMS', results, lastResult]
        const [[, entries] = []] = ((await reader.command(args)) as Streams<string>) ?? []
        if (entries !== undefined) take(entries)
      } catch (error) {
        if (!isClosed && isRefusedByRedis(error)) await new Promise<void>(resolve => clock.alarm(1000, resolve))
      }
    }
  }

  function take(entries: readonly [string, string[]][]): void {
    for (const [id, [, text = '[]']] of entries) {
      lastResult = id
      // A result of an attempt that has ended is not awaited any more.
      for (const [number, sent] of JSON.parse(text) as Result[]) pending.get(number)?.finish(sent)
    }
    commands.command(['XDEL', results, ...entries.map(([id]) => id)]).catch(() => {})
  }

  /** Takes requests back, so that no sender takes or claims them. */
  function withdraw(numbers: readonly number[]): void {
    for (let at = 0; at < numbers.length; at += BATCH) {
      const ids = numbers.slice(at, at + BATCH).map(number => `${number}-0`)
      commands.command(['XACK', requests, GROUP, ...ids]).catch(() => {})
      commands.command(['XDEL', requests, ...ids]).catch(() => {})
    }
  }

  function hand(message: Message, options: SendOptions, done: (sent: Sent) => void): Pending {
    const since = clock.monotonic()
    const number = ++lastNumber
    const one: Pending = {
      number,
      message,
      options,
      since,
      lookAt: since + waitMs,
      state: 'unwritten',
      finish(sent) {
        if (pending.delete(number)) done(sent)
      },
    }
    pending.set(number, one)
    presence.expect(options.timeoutMs)
    if (presence.isThere()) write(one)
    lookLater()
    return one
  }

  const presence = createPresence({
    commands,
    clock,
    owner,
    begun,
    forgotten: () => {
      lastResult = '0-0'
    },
  })
  try {
    await presence.begin()
  } catch (error) {
    commands.close()
    reader.close()
    throw isRefusedByRedis(error) ? failedStart(commands.shown, error) : error
  }
  void readResults()

  return {
    transport: rules => createRelayTransport({ hand, withdraw }, rules),
    own: presence.own,
    async close() {
      if (isClosed) return
      isClosed = true
      cancelLook?.()
      reader.close()
      await presence.end()
      commands.close()
    },
  }
}
