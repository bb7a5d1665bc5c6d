// How late this machine itself is: alarms that fire late, and exchanges with a receiver of its own. What is late is not blamed on the receiver under test.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Message } from '../core/message.js'
import type { Wire } from '../core/wire.js'
import type { Emulator } from '../emulator/contract.js'
import type { Finding } from './finding.js'

/** Between two looks at the event loop, and between two exchanges, real ms. */
const LOOK_MS = 50
const EXCHANGE_MS = 400

/** Longest wait for one exchange, real ms. */
const LONGEST_MS = 10_000

/** A machine that is never later is not slow, real ms. */
const NOTICED_MS = 25

/** A request passes so many points at which a busy machine can be as late as it was at its worst. */
const POINTS = 2

/** So many samples are kept: some minutes. */
const KEPT = 4000

/** Measures until it is stopped. */
export interface Lateness {
  /** The most that this machine was late since an instant (monotonic ms), real ms. */
  since(at: number): number
  /** Sends the same to a receiver of its own: how much longer it takes than `plannedMs` is lateness too. */
  beside(message: Message, wire: Wire | undefined, plannedMs: number): Promise<void>
  stop(): void
}

/** How much longer one request may take where this machine was `lateMs` late. */
export const excusedMs = (lateMs: number): number => (lateMs >= NOTICED_MS ? POINTS * lateMs : 0)

/** Whether a time that was exceeded by `overMs` may have been, because this machine was `lateMs` late. */
export const isExcused = (overMs: number, lateMs: number): boolean =>
  lateMs >= NOTICED_MS && overMs <= excusedMs(lateMs)

/** The finding of a check that a slow machine disturbed. */
export const tooSlow = (lateMs: number, what: string): Finding => ({
  status: 'not judged',
  why: `This machine was too slow to judge it: Standin itself was up to ${Math.round(lateMs)} ms late, and ${what.replace(/\.$/, '')}. Verify again when less is running.`,
  cause: 'slow machine',
})

/** Measures from now on, with exchanges as this emulator makes them. */
export function measureLateness({ clock: { alarm, monotonic }, send }: Pick<Emulator, 'clock' | 'send'>): Lateness {
  let samples: { at: number; lateMs: number }[] = []
  let stopped = false
  let cancel = () => {}
  const note = (lateMs: number) => {
    samples.push({ at: monotonic(), lateMs })
    if (samples.length > 2 * KEPT) samples = samples.slice(-KEPT)
  }

  let looks = 0
  let dueAt = 0
  const look = () => {
    note(Math.max(0, monotonic() - dueAt))
    if (++looks % Math.round(EXCHANGE_MS / LOOK_MS) === 0) void talk()
    lookAgain()
  }
  const lookAgain = () => {
    dueAt = monotonic() + LOOK_MS
    cancel = alarm(LOOK_MS, look)
  }

  const server = createServer((request, response) => void request.resume().once('end', () => response.end()))
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  server.unref()
  const beside: Lateness['beside'] = async (message, wire, plannedMs) => {
    const address = server.address() as AddressInfo | null
    if (address === null || stopped) return
    const url = `http://127.0.0.1:${address.port}/`
    const { outcome, durationMs } = await send({ ...message, url }, { timeoutMs: LONGEST_MS, wire })
    if (outcome.kind === 'answered') note(Math.max(0, durationMs - plannedMs))
  }
  const talk = () => beside({ method: 'GET', url: '', headers: [], body: '' }, undefined, 0)

  lookAgain()
  return {
    beside,
    since: at => {
      const running = Math.max(0, monotonic() - dueAt)
      return samples.reduce((most, sample) => (sample.at >= at ? Math.max(most, sample.lateMs) : most), running)
    },
    stop() {
      stopped = true
      cancel()
      server.close()
      server.closeAllConnections()
    },
  }
}
