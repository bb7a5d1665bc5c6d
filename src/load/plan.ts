// What a load run will send and when, from its options alone: the same seed and start give the same events at the same times.
import type { LoadPlan } from '../api/load-report.js'
import { type Arrivals, arrivals, parseRamp, parseRate, type Rate } from '../core/arrivals.js'
import { EmulatorError, excerpt } from '../core/errors.js'
import { stream } from '../core/seed.js'

/** The most events of a run: as many are counted and looked for. */
const MOST_EVENTS = 20_000_000

/** One event of a plan. */
export interface Arrival {
  /** From 0, over all shards. */
  index: number
  /** When it arrives, ms from the beginning of its stage. */
  atMs: number
  type: string
}

/** A part of the arrivals: every `of`th, beginning with the `index`th (from 1). */
export type Shard = NonNullable<LoadPlan['shard']>

/** A rate for a while. */
export interface Stage {
  rate: Rate
  forMs: number
  arrivals: Arrivals
  types: readonly string[]
  seed: number
  shard: Shard | null
  /** The index of its first event. */
  firstIndex: number
}

/** The rate of `--rate` or `--ramp`. Throws `usage` for both, and for what is no rate. */
export function rateOf(rate: string | undefined, ramp: string | undefined): Rate | undefined {
  if (ramp !== undefined && rate !== undefined)
    throw new EmulatorError('A run has a rate or a ramp.', {
      code: 'usage',
      where: 'ramp',
      hint: 'Give one of them: a ramp says where the rate begins and where it ends.',
    })
  if (ramp !== undefined) return parseRamp(ramp, 'ramp')
  if (rate === undefined) return undefined
  const constant = parseRate(rate, 'rate')
  return { from: constant, to: constant }
}

/** The shard of `2/4`. Throws `usage`. */
export function parseShard(text: string): Shard {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text.trim()) ?? []).map(Number)
  if (index >= 1 && index <= of) return { index, of }
  throw new EmulatorError(`"${excerpt(text)}" is not a shard.`, {
    code: 'usage',
    where: 'shard',
    hint: 'Write which of how many: 1/4 to 4/4.',
  })
}

/** The number of events of a stage over all shards, and of its shard. Throws `usage` for more than can be counted. */
export function countEvents(stage: Stage): { all: number; own: number } {
  const most = ((stage.rate.from + stage.rate.to) / 2) * (stage.forMs / 1000)
  if (most > MOST_EVENTS)
    throw new EmulatorError(`That is ${Math.round(most)} events: a run has at most ${MOST_EVENTS}.`, {
      code: 'usage',
      where: 'for',
      hint: 'Take a lower rate or less time.',
    })
  let all = 0
  for (const _ of arrivals(stage.rate, stage.forMs, { spread: stage.arrivals, seed: stage.seed })) all++
  return { all, own: shareOf(all, stage.shard) }
}

/** How many of all events are a shard's. */
export const shareOf = (all: number, shard: Shard | null): number =>
  shard === null ? all : Math.floor((all + shard.of - shard.index) / shard.of)

/** The arrivals of a stage's shard, in order. */
export function* arrivalsOf(stage: Stage): Generator<Arrival, undefined> {
  const { rate, forMs, types, seed, shard, firstIndex } = stage
  let i = 0
  for (const atMs of arrivals(rate, forMs, { spread: stage.arrivals, seed })) {
    const index = firstIndex + i
    if (shard === null || i % shard.of === shard.index - 1) yield { index, atMs, type: typeOf(types, seed, index) }
    i++
  }
  return undefined
}

/** The type of an event: drawn by its index, so that every shard has all types. */
function typeOf(types: readonly string[], seed: number, index: number): string {
  const drawn = types.length === 1 ? 0 : stream(seed, 'load type', index).int(types.length)
  return types[drawn] ?? ''
}
