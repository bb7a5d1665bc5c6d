// The sender's side of the relay: takes requests of owners from Redis, sends them from here, and gives the results.
import { randomToken } from '../config.js'
import type { Clock } from '../core/clock.js'
import type { Sent, Transport } from '../delivery/transport.js'
import { GROUP, KEY_MS, OWNERS, type Result, readRequest, requestsOf, resultsOf, type Streams } from './entries.js'
import { connectPair, isRefusedByRedis, type RedisOptions } from './redis.js'
import { GIVE } from './scripts.js'

/** How a sender works. */
export interface RelaySenderOptions extends RedisOptions {
  clock: Pick<Clock, 'alarm' | 'monotonic'>
  /** Sends from this machine, by its own rules. */
  transport: Transport
  /** The most requests under way at a time. */
  inFlight: number
}

/** A sender at work. */
export interface RelaySender {
  /** Its name among the senders. */
  readonly id: string
  /** How many requests it has sent. */
  sent(): number
  /** Takes no more requests, waits at most `graceMs` (real) for those under way, interrupts the rest and gives their results. */
  stop(graceMs: number): Promise<void>
}

/** How long a look for requests lasts, and how often it looks for owners and for what other senders left; real ms. */
const LOOK_MS = 500

/** The most requests that one look takes, and results that are given at once. */
const BATCH = 200

/** How long interrupted requests may take to be told, real ms. */
const LAST_RESULTS_MS = 1000

interface Done {
  owner: string
  result: Result
  since: number
}

/** Connects to Redis as a sender. Throws as connectPair does. */
export async function startRelaySender(options: RelaySenderOptions): Promise<RelaySender> {
  const { clock, transport, inFlight, ...redis } = options
  const id = randomToken()
  const { commands, reader } = await connectPair(redis)
  /** Each owner, and after how many idle ms its requests may be claimed. */
  let owners = new Map<string, number>()
  let lookedAt = Number.NEGATIVE_INFINITY
  /** Owner and number of each request that is under way or whose result is not given. */
  const holding = new Set<string>()
  let done: Done[] = []
  let giving = false
  let sent = 0
  let turn = 0
  let stopping = false
  let stopWaiting = () => {}
  const stopped = new Promise<void>(resolve => {
    stopWaiting = resolve
  })
  let wake = () => {}

  const keyOf = (owner: string, number: number) => `${owner} ${number}`
  const pause = (ms: number) =>
    new Promise<void>(resolve => {
      const cancel = clock.alarm(ms, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })

  /** Takes the requests of an owner; one that this sender has already is left out. */
  function take(owner: string, entries: readonly [Buffer, Buffer[]][]): void {
    for (const [entry, fields] of entries) {
      const number = Number.parseInt(entry.toString(), 10)
      const key = keyOf(owner, number)
      if (holding.has(key)) continue
      holding.add(key)
      void sendOne(owner, number, fields)
    }
  }

  async function sendOne(owner: string, number: number, fields: readonly Buffer[]): Promise<void> {
    const result = await sendFrom(fields)
    sent++
    done.push({ owner, result: [number, result], since: clock.monotonic() })
    give()
  }

  async function sendFrom(fields: readonly Buffer[]): Promise<Sent> {
    try {
      const { message, options } = readRequest(fields)
      return await transport.send(message, options)
    } catch (error) {
      const detail = `The sender could not read the request: ${String(error)} Are both of the same version?`
      return { outcome: { kind: 'local_error', detail }, answer: null, durationMs: 0 }
    }
  }

  /** Gives results; those that come while some are under way to Redis wait for the next turn. */
  function give(): void {
    if (giving || done.length === 0 || !commands.isReady()) return
    giving = true
    setImmediate(() => void giveNext())
  }

  async function giveNext(): Promise<void> {
    const owner = done[0]?.owner
    const batch = done.filter(one => one.owner === owner).slice(0, BATCH)
    const given = new Set(batch)
    done = done.filter(one => !given.has(one))
    try {
      if (owner !== undefined) await giveBatch(owner, batch)
    } catch (error) {
      done = [...batch, ...done]
      if (isRefusedByRedis(error)) await pause(LOOK_MS)
    }
    giving = false
    wake()
    give()
  }

  async function giveBatch(owner: string, batch: readonly Done[]): Promise<void> {
    const results = JSON.stringify(batch.map(({ result }) => result))
    const ids = batch.map(({ result: [number] }) => `${number}-0`)
    const keys = [requestsOf(owner), resultsOf(owner)]
    const given = await commands.command(['EVAL', GIVE, '2', ...keys, GROUP, results, ...ids])
    // An owner that is not there may be about to come back, with Redis.
    if (given === null) later(batch.filter(({ since }) => clock.monotonic() - since < KEY_MS))
    else for (const { result } of batch) holding.delete(keyOf(owner, result[0]))
  }

  function later(batch: readonly Done[]): void {
    for (const one of batch) holding.delete(keyOf(one.owner, one.result[0]))
    if (batch.length === 0 || stopping) return
    clock.alarm(LOOK_MS, () => {
      done.push(...batch)
      give()
    })
  }

  /** Who owns requests, and what other senders left of them. */
  async function lookAround(): Promise<void> {
    lookedAt = clock.monotonic()
    const pairs = (await commands.command(['HGETALL', OWNERS])) as string[]
    const found = new Map<string, number>()
    for (let i = 0; i + 1 < pairs.length; i += 2) found.set(pairs[i] ?? '', Number(pairs[i + 1]))
    for (const owner of [...found.keys()]) {
      if (Number(await commands.command(['EXISTS', requestsOf(owner)])) > 0) continue
      found.delete(owner)
      await commands.command(['HDEL', OWNERS, owner])
    }
    owners = found
    for (const [owner, idleMs] of owners)
      await claim(owner, idleMs).catch(error => {
        if (!isRefusedByRedis(error)) throw error
        // It is gone, or has no group yet; the others are not kept waiting.
        owners.delete(owner)
      })
  }

  async function claim(owner: string, idleMs: number): Promise<void> {
    const free = Math.min(BATCH, inFlight - holding.size)
    if (free <= 0) return
    const args = ['XAUTOCLAIM', requestsOf(owner), GROUP, id, String(idleMs), '0-0', 'COUNT', String(free)]
    const [, entries] = (await commands.command(args, { bytes: true })) as [Buffer, ([Buffer, Buffer[]] | null)[]]
    take(
      owner,
      entries.filter(entry => entry !== null),
    )
  }

  async function read(): Promise<void> {
    if (clock.monotonic() - lookedAt >= LOOK_MS) await lookAround()
    const free = inFlight - holding.size
    if (free <= 0 || owners.size === 0) return pause(LOOK_MS)
    const all = [...owners.keys()]
    // Each owner is first in its turn.
    const from = turn++ % all.length
    const some = [...all.slice(from), ...all.slice(0, from)].slice(0, free)
    const count = Math.max(1, Math.min(BATCH, Math.floor(free / some.length)))
    const streams = ['STREAMS', ...some.map(requestsOf), ...some.map(() => '>')]
    const args = ['XREADGROUP', 'GROUP', GROUP, id, 'COUNT', String(count), 'BLOCK', String(LOOK_MS), ...streams]
    const found = ((await reader.command(args, { bytes: true })) as Streams<Buffer>) ?? []
    for (const [stream, entries] of found) {
      const owner = some.find(one => requestsOf(one) === stream.toString())
      if (owner !== undefined) take(owner, entries)
    }
  }

  async function work(): Promise<void> {
    while (!stopping) {
      try {
        await Promise.race([stopped, Promise.all([commands.ready(), reader.ready()])])
        if (!stopping) await read()
      } catch {
        // An owner is gone, or Redis: both are looked at again.
        lookedAt = Number.NEGATIVE_INFINITY
        if (!stopping) await pause(LOOK_MS / 5)
      }
    }
  }

  commands.onReady(give)
  const working = work()

  const allGivenWithin = async (ms: number) => {
    const until = clock.monotonic() + ms
    while (holding.size > 0 && clock.monotonic() < until) await pause(Math.min(LOOK_MS, until - clock.monotonic()))
  }

  return {
    id,
    sent: () => sent,
    async stop(graceMs) {
      stopping = true
      stopWaiting()
      wake()
      await working
      await allGivenWithin(graceMs)
      transport.interrupt()
      await allGivenWithin(LAST_RESULTS_MS)
      transport.close()
      // With requests of its own it stays, so that another can claim them.
      if (holding.size === 0)
        await Promise.all(
          [...owners.keys()].map(owner =>
            commands.command(['XGROUP', 'DELCONSUMER', requestsOf(owner), GROUP, id]).catch(() => {}),
          ),
        )
      reader.close()
      commands.close()
    },
  }
}
