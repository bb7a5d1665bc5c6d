// The plan of a run, all of it from its seed: when the emulator is killed, and how the sink misbehaves.
import { type Stream, stream } from '../../src/core/seed.js'

/**
 * Where a kill falls, in the order of a delivery's life:
 * - `random`: at a moment that nothing but the seed chooses, also while the emulator starts;
 * - `after-accept`: an event is committed, its client not yet answered;
 * - `before-attempt`: an attempt is about to be committed as begun: no byte of it may be sent;
 * - `before-request`: an attempt is committed as begun, no byte of it sent;
 * - `in-body`: half of the request's body is written;
 * - `before-answer`: the sink has the whole request and has not answered;
 * - `after-answer`: the answer is read, the attempt's end not yet committed;
 * - `after-attempt`: the attempt's end is committed, and nothing that follows from it done.
 */
export const POINTS = [
  'random',
  'after-accept',
  'before-attempt',
  'before-request',
  'in-body',
  'before-answer',
  'after-answer',
  'after-attempt',
] as const

export type Point = (typeof POINTS)[number]

/** Every point but the random one. */
export const NAMED_POINTS: readonly Point[] = POINTS.filter(point => point !== 'random')

/** One start of the emulator and its end. */
export interface Kill {
  point: Point
  /** At a named point: the how manieth time it is reached in this life of the emulator. */
  nth: number
  /** At a random point: ms after the moment named. */
  afterMs: number
  from: 'start' | 'ready'
  /** New events that the clients trigger meanwhile. */
  events: number
}

/** How often a point is surely reached with the events of one life: one commit may be that of several clients or attempts. */
const MOST_OFTEN: Readonly<Record<Point, number>> = {
  random: 1,
  'after-accept': 4,
  'before-attempt': 8,
  'before-request': 8,
  'in-body': 24,
  'before-answer': 24,
  'after-answer': 8,
  'after-attempt': 8,
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: Stream): T[] {
  const left = [...items]
  return items.map(() => left.splice(random.int(left.length), 1)[0] as T)
}

/** Each named point comes at least once where there are kills enough; the rest is half random, half named. */
export function planKills(seed: number, kills: number): Kill[] {
  const random = stream(seed, 'kills')
  const chosen = Array.from(
    { length: Math.max(0, kills - NAMED_POINTS.length) },
    (): Point => (random.int(2) === 0 ? 'random' : (NAMED_POINTS[random.int(NAMED_POINTS.length)] ?? 'random')),
  )
  const points = shuffled([...shuffled(NAMED_POINTS, random), ...chosen].slice(0, kills), random)
  return points.map((point, at) => {
    // The first life subscribes the sink before anything is killed.
    const from = at > 0 && random.int(3) === 0 ? 'start' : 'ready'
    return {
      point,
      nth: 1 + random.int(MOST_OFTEN[point]),
      afterMs: from === 'start' ? 50 + random.int(400) : random.int(250),
      from,
      events: 30 + random.int(40),
    }
  })
}

/** What the sink does with one request. */
export type Behaviour =
  | { kind: 'answer'; status: number; afterMs: number }
  /** Answers 200 and resets the connection, which the emulator would have used again. */
  | { kind: 'answer-and-reset' }
  /** Resets the connection once this part of the request is read: its first line, its head, half of its body, or all. */
  | { kind: 'reset'; after: 'line' | 'head' | 'half' | 'all' }
  /** Sends this part of an answer with status 200, from 0 to below 1, and ends the connection. */
  | { kind: 'cut'; part: number; by: 'reset' | 'close' }
  /** Never answers. */
  | { kind: 'stall' }

const READ_PARTS = ['line', 'head', 'half', 'all'] as const
const ERRORS = [500, 503, 429, 404]

/** How one of the sink's doors treats its requests, in the order in which they come. */
export function planBehaviour(seed: number, door: string): () => Behaviour {
  const random = stream(seed, 'sink', door)
  return () => {
    const chance = random.int(100)
    if (chance < 55) return { kind: 'answer', status: 200, afterMs: 0 }
    if (chance < 63) return { kind: 'answer', status: 200, afterMs: 10 + random.int(120) }
    if (chance < 75) return { kind: 'answer', status: ERRORS[random.int(ERRORS.length)] ?? 500, afterMs: 0 }
    if (chance < 81) return { kind: 'answer-and-reset' }
    if (chance < 88) return { kind: 'reset', after: READ_PARTS[random.int(READ_PARTS.length)] ?? 'all' }
    if (chance < 96) return { kind: 'cut', part: random.fraction(), by: random.int(2) === 0 ? 'reset' : 'close' }
    return { kind: 'stall' }
  }
}

/** When a door that refuses connections now and then does so: after how many requests, and for how long (ms). */
export function planRefusals(seed: number): () => { afterRequests: number; forMs: number } {
  const random = stream(seed, 'refusals')
  return () => ({ afterRequests: 8 + random.int(20), forMs: 40 + random.int(120) })
}
