// Looks up the names of receivers so that slow ones hold up no others. The system's own lookup blocks one of the four threads of this process.
import { type LookupAddress, lookup, promises } from 'node:dns'
import type { Clock } from '../core/clock.js'

/** Gets the addresses of a name, or the error of the system, e.g. ENOTFOUND. */
type Callback = (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void

/** What a lookup needs; `hints` are those of node:dns. */
interface LookupNeeds {
  clock: Pick<Clock, 'alarm'>
  hints?: number | undefined
}

/** System lookups at once: the rest of the threads stays free for files and for names that are known to be quick. */
const AT_ONCE = 2
const AT_ONCE_QUICK = 3

/** A lookup that takes longer is slow, and DNS is asked without the system, which blocks nothing; real ms. */
const PATIENCE_MS = 250

/** A slow server is waited for, as the system waits; the second try is for a packet that was lost. */
const DNS = { timeout: 10_000, tries: 2 }

/** How many quick names are remembered. */
const QUICK_NAMES = 1000

/** Both addresses of this machine. */
export const LOOPBACK: LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

// The threads are those of the process, whatever number of emulators it has.
const callers = new Map<string, Callback[]>()
const running = new Map<string, { isSlow: boolean }>()
const queue = new Set<string>()
const quick = new Set<string>()

function answer(hostname: string, error: NodeJS.ErrnoException | null, found: LookupAddress[]): void {
  const waiting = callers.get(hostname) ?? []
  callers.delete(hostname)
  queue.delete(hostname)
  for (const callback of waiting) callback(error, found)
}

const hasRoom = (hostname: string) => running.size < (quick.has(hostname) ? AT_ONCE_QUICK : AT_ONCE)

function remember(hostname: string): void {
  if (quick.size >= QUICK_NAMES) quick.clear()
  quick.add(hostname)
}

/** Asks DNS without the system. What it does not know, such as names of the hosts file, is left to the system. */
async function askDns(hostname: string): Promise<void> {
  if (!callers.has(hostname)) return
  if (hostname === 'localhost') return queueMicrotask(() => answer(hostname, null, LOOPBACK))
  const resolver = new promises.Resolver(DNS)
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const addresses = (family: 4 | 6, result: PromiseSettledResult<string[]>) =>
    result.status === 'fulfilled' ? result.value.map(address => ({ address, family })) : []
  const found = [...addresses(4, four), ...addresses(6, six)]
  if (found.length > 0) answer(hostname, null, found)
}

function run(hostname: string, how: LookupNeeds): void {
  const one = { isSlow: false }
  running.set(hostname, one)
  queue.delete(hostname)
  const cancelPatience = how.clock.alarm(PATIENCE_MS, () => {
    one.isSlow = true
    quick.delete(hostname)
    void askDns(hostname)
  })
  lookup(hostname, { all: true, hints: how.hints }, (error, found) => {
    cancelPatience()
    running.delete(hostname)
    if (!one.isSlow && !error) remember(hostname)
    answer(hostname, error, found)
    for (const next of queue) if (hasRoom(next)) run(next, how)
  })
}

function wait(hostname: string, { clock }: LookupNeeds): void {
  queue.add(hostname)
  const allSlow = [...running.values()].every(({ isSlow }) => isSlow)
  if (allSlow) void askDns(hostname)
  else clock.alarm(PATIENCE_MS, () => void askDns(hostname))
}

/** Looks a name up, once for all who ask at the same time. */
export function lookUp(hostname: string, how: LookupNeeds, callback: Callback): void {
  const waiting = callers.get(hostname)
  if (waiting !== undefined) return void waiting.push(callback)
  callers.set(hostname, [callback])
  if (running.has(hostname)) void askDns(hostname)
  else if (hasRoom(hostname)) run(hostname, how)
  else wait(hostname, how)
}
