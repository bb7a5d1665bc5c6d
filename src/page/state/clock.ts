// The emulator's clock as the page knows it: read once, moved by the journal, and running by itself in between.
import { computed, signal } from '@preact/signals'
import type { Clock } from '../../api/clock.js'
import { get } from '../api.js'
import { listen } from '../stream.js'
import { every, monotonic, wallTime } from '../timing.js'

interface Reading {
  clock: Clock
  /** When it was read, monotonic ms. */
  at: number
}

const reading = signal<Reading | undefined>(undefined)
const tick = signal(0)

/** The clock as it was last read; undefined until then. */
export const clock = computed(() => reading.value?.clock)

const msOf = (text: string) => Date.parse(text)

function timeOf(read: Reading | undefined): number {
  if (read === undefined) return wallTime()
  const { kind, now } = read.clock
  return kind === 'manual' ? msOf(now) : msOf(now) + (monotonic() - read.at) * read.clock.speed
}

/** The emulator's time, ms since 1970, renewed every second. */
export const now = computed(() => {
  tick.value
  return timeOf(reading.value)
})

/** The reader's day of the emulator's time as its first instant, ms: changes at midnight only. */
export const today = computed(() => new Date(now.value).setHours(0, 0, 0, 0))

/** Reads the clock again. */
async function readClock(): Promise<void> {
  const clock = await get<Clock>('/clock')
  reading.value = { clock, at: monotonic() }
}

/** Keeps the clock up to date until the returned function is called. */
export function followClock(): () => void {
  const read = () => void readClock().catch(() => undefined)
  const stopTicking = every(1000, () => {
    if (reading.value?.clock.kind !== 'manual') tick.value++
  })
  const stopListening = listen({
    entries: entries => {
      const moved = entries.findLast(entry => entry.kind === 'clock.moved')
      const known = reading.value
      if (moved?.kind === 'clock.moved' && known)
        reading.value = { clock: { ...known.clock, now: moved.to }, at: monotonic() }
    },
    missed: read,
  })
  read()
  return () => {
    stopTicking()
    stopListening()
  }
}
