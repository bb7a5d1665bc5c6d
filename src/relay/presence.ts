// An owner's presence in Redis: its keys, which expire when it is not heard of, and the end of what an earlier start left.
import { randomToken } from '../config.js'
import type { Clock } from '../core/clock.js'
import type { Ledger } from '../core/ledger.js'
import { GROUP, KEY_MS, LEDGERS, OWNERS, requestsOf, resultsOf } from './entries.js'
import { isRefusedByRedis, type Redis } from './redis.js'

/** The ledger that an owner sends from. */
export type KeptLedger = Pick<Ledger, 'location' | 'meta' | 'write'>

/** The presence of one owner. */
export interface Presence {
  /** Makes the keys; again by itself whenever Redis has lost them or is back. */
  begin(): Promise<void>
  /** True when requests can be written. */
  isThere(): boolean
  /** A request with this timeout (ms) follows. */
  expect(timeoutMs: number): void
  /** Idle ms after which another sender may claim a request. */
  claimAfterMs(): number
  /** Drops what an earlier start on this ledger left; a ledger in memory has had none. */
  own(ledger: KeptLedger): Promise<void>
  /** Removes every key. */
  end(): Promise<void>
}

/** What a presence needs. */
interface PresenceParts {
  commands: Redis
  clock: Pick<Clock, 'alarm'>
  owner: string
  /** Requests can be written; `isNew`: Redis has none of those that were. */
  begun(isNew: boolean): void
  /** The results so far are gone, and their numbers may begin again. */
  forgotten(): void
}

/** How often the keys are kept from expiring, real ms. */
const HEARTBEAT_MS = 5000

/** How much longer than the longest timeout a request is left to its sender, ms. */
const CLAIM_MARGIN_MS = 1000

/** The presence of an owner that has not begun. */
export function createPresence({ commands, clock, owner, begun, forgotten }: PresenceParts): Presence {
  const requests = requestsOf(owner)
  const results = resultsOf(owner)
  const ledgers = new Set<string>()
  let longestMs = 0
  let runId: string | undefined
  let isRegistered = false
  let hasEnded = false
  let cancelHeartbeat = () => {}

  async function register(): Promise<void> {
    isRegistered = false
    const now = /run_id:(\w+)/.exec(String(await commands.command(['INFO', 'server'])))?.[1]
    if (runId !== undefined && now !== runId) {
      // A Redis that was started again may hold what was done since.
      await commands.command(['DEL', requests, results])
      forgotten()
    }
    runId = now
    const isNew = await makeStream(requests)
    await makeStream(results)
    await keepAlive()
    isRegistered = true
    begun(isNew)
  }

  /** True where there was none. */
  async function makeStream(key: string): Promise<boolean> {
    try {
      await commands.command(['XGROUP', 'CREATE', key, GROUP, '0', 'MKSTREAM'])
      return true
    } catch (error) {
      if (isRefusedByRedis(error) && error.message.startsWith('BUSYGROUP')) return false
      throw error
    }
  }

  /** A stream that was deleted is made again by the next request, but not its group. */
  const hasGroup = () =>
    commands.command(['XPENDING', requests, GROUP]).then(
      () => true,
      error => !isRefusedByRedis(error) || !error.message.startsWith('NOGROUP'),
    )

  /** Whether Redis still had both streams, and the senders' group. */
  async function keepAlive(): Promise<boolean> {
    const expiring = (key: string) => commands.command(['PEXPIRE', key, String(KEY_MS)])
    const kept = await Promise.all([
      expiring(requests),
      expiring(results),
      commands.command(['HSET', OWNERS, owner, String(longestMs + CLAIM_MARGIN_MS)]),
      expiring(OWNERS),
      ...[...ledgers].map(ledger => commands.command(['HSET', LEDGERS, ledger, owner])),
      ...(ledgers.size === 0 ? [] : [expiring(LEDGERS)]),
    ])
    return Number(kept[0]) === 1 && Number(kept[1]) === 1 && (await hasGroup())
  }

  function heartbeat(): void {
    cancelHeartbeat = clock.alarm(HEARTBEAT_MS, () => {
      heartbeat()
      if (!commands.isReady()) return
      if (!isRegistered) return again()
      keepAlive().then(
        isKept => {
          if (!isKept) again()
        },
        () => {},
      )
    })
  }

  /** What fails here is tried again when Redis is back, or with the next heartbeat. */
  function again(): void {
    if (!hasEnded) register().catch(() => {})
  }

  return {
    async begin() {
      await register()
      commands.onReady(again)
      heartbeat()
    },
    isThere: () => isRegistered && commands.isReady(),
    expect(timeoutMs) {
      if (timeoutMs <= longestMs) return
      longestMs = timeoutMs
      if (isRegistered) keepAlive().catch(() => {})
    },
    claimAfterMs: () => longestMs + CLAIM_MARGIN_MS,
    async own(ledger) {
      if (ledger.location === ':memory:') return
      const name = ledger.meta('relay') ?? randomToken()
      await ledger.write(rows => rows.setMeta('relay', name))
      const before = await commands.command(['HGET', LEDGERS, name])
      ledgers.add(name)
      await keepAlive()
      if (typeof before !== 'string' || before === owner) return
      await commands.command(['DEL', requestsOf(before), resultsOf(before)])
      await commands.command(['HDEL', OWNERS, before])
    },
    async end() {
      hasEnded = true
      cancelHeartbeat()
      const removing = [
        ['DEL', requests, results],
        ['HDEL', OWNERS, owner],
        ...(ledgers.size === 0 ? [] : [['HDEL', LEDGERS, ...ledgers]]),
      ]
      await Promise.all(removing.map(args => commands.command(args).catch(() => {})))
    },
  }
}
