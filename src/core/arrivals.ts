// When events arrive under a given rate: instants that are fixed in advance, whatever the receiver does.
import { EmulatorError, excerpt } from './errors.js'
import { stream } from './seed.js'

/** A rate that grows or falls evenly from one value to another, events per second. A constant rate has the same twice. */
export interface Rate {
  from: number
  to: number
}

/** How the arrivals are spread: evenly, or as independent senders do (a Poisson process). */
export const ARRIVALS = ['uniform', 'poisson'] as const
/** How the arrivals are spread. */
export type Arrivals = (typeof ARRIVALS)[number]

/** The highest rate, events per second. */
const HIGHEST = 100_000

const PER_SECOND = { s: 1, m: 60, h: 3600 } as const

/** Matches a rate: `200/s`, `90/m`, `3600/h`. */
export const RATE = /^\s*(\d+(?:\.\d+)?)\s*\/\s*(s|m|h)\s*$/

function invalid(text: string, where: string, hint: string): EmulatorError {
  return new EmulatorError(`"${excerpt(text)}" is not a rate.`, { code: 'invalid_input', where, hint })
}

/** Events per second of `200/s`, `90/m` or `3600/h`. Throws `invalid_input` for anything else, nothing, and more than 100 000/s. */
export function parseRate(text: string, where: string): number {
  const [, amount, unit] = RATE.exec(text) ?? []
  if (amount === undefined || unit === undefined) throw invalid(text, where, 'Write it as 200/s, 90/m or 3600/h.')
  const rate = Number(amount) / PER_SECOND[unit as keyof typeof PER_SECOND]
  if (rate > 0 && rate <= HIGHEST) return rate
  throw invalid(text, where, `Give more than 0 and at most ${HIGHEST}/s.`)
}

/** The rate of `10/s..500/s`. Throws `invalid_input`. */
export function parseRamp(text: string, where: string): Rate {
  const parts = text.split('..')
  const [from = '', to = ''] = parts
  if (parts.length !== 2)
    throw invalid(text, where, 'Write it as 10/s..500/s: where the rate begins and where it ends.')
  return { from: parseRate(from, where), to: parseRate(to, where) }
}

/** The rate at an instant of the plan, events per second. */
export const rateAt = ({ from, to }: Rate, atMs: number, forMs: number): number => from + ((to - from) * atMs) / forMs

/** The instant, ms, by which so many events have arrived; after the end of the plan or never where there are not so many. */
function instantOf({ from, to }: Rate, forMs: number, events: number): number {
  const seconds = forMs / 1000
  const slope = (to - from) / seconds
  if (slope === 0) return (events / from) * 1000
  const root = from * from + 2 * slope * events
  return root < 0 ? Number.POSITIVE_INFINITY : ((2 * events) / (from + Math.sqrt(root))) * 1000
}

/**
 * The instants of all arrivals, ms from the start, in order. The same rate, length and seed always give the same.
 * @example [...arrivals({ from: 4, to: 4 }, 1000)] // 0, 250, 500, 750
 */
export function* arrivals(
  rate: Rate,
  forMs: number,
  { spread = 'uniform', seed = 0 }: { spread?: Arrivals; seed?: number } = {},
): Generator<number, undefined> {
  const random = spread === 'poisson' ? stream(seed, 'arrivals') : undefined
  for (let i = 0, events = 0; ; i++) {
    // A Poisson process of any rate is one of rate 1 whose time is stretched.
    events = random === undefined ? i : events - Math.log(1 - random.fraction())
    const at = instantOf(rate, forMs, events)
    if (at >= forMs) return undefined
    yield at
  }
}

/** How many events a rate makes in all, where they are spread evenly. */
export function eventsOf({ from, to }: Rate, forMs: number): number {
  return ((from + to) / 2) * (forMs / 1000)
}
