// What a load run is asked to do: its options, checked before anything is opened or sent.
import type { Arrivals, Rate } from '../core/arrivals.js'
import { isInstant } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import { requireSettle } from '../observe/settling.js'
import { parseShard, rateOf, type Shard } from './plan.js'
import type { SessionOptions } from './session.js'
import { needsObserving, parseThreshold } from './thresholds.js'

/**
 * Which load to put on which receiver. `provider` and `to` are required, and a rate or a ramp.
 * @example
 * { provider: 'standard', to: 'http://127.0.0.1:3000/webhooks', secret, rate: '200/s', forMs: 60_000, failIf: ['p99>500ms'] }
 */
export interface LoadOptions extends Omit<SessionOptions, 'seed' | 'start' | 'retryWaitMs' | 'inFlight'> {
  /** Events per second, minute or hour: `200/s`. With `findLimit` the first rate that is tried, by default 10/s. */
  rate?: string | undefined
  /** In place of a rate: where it begins and where it ends, `10/s..500/s`. */
  ramp?: string | undefined
  /** How long events arrive, ms. Default 60 000. */
  forMs?: number | undefined
  /** `uniform` (default): evenly; `poisson`: as independent senders send. */
  arrivals?: Arrivals | undefined
  /** Default: a random one, which the report shows. */
  seed?: number | undefined
  /** The instant that the plan begins at, ms since 1970, which payloads carry. One in the future is waited for. Default: now. */
  start?: number | undefined
  /** Conditions under which the run fails, such as `p99>500ms`. `lost>0` is one, unless another is about lost events or errors. */
  failIf?: readonly string[] | undefined
  /** Searches for the highest rate that the receiver holds. */
  findLimit?: boolean | undefined
  /** How long each rate of the search is tried, ms. Default 10 000. */
  stepMs?: number | undefined
  /** Sends one part of the arrivals: `2/4`. Needs `seed` and `start`. */
  shard?: string | undefined
  /** The most events without an answer. Default 1000. */
  inFlight?: number | undefined
  /** The longest wait before a retry, ms. Default 1000. */
  retryWaitMs?: number | undefined
  /** The longest wait for answers and retries after the last arrival, ms. Default: the provider's timeout and ten seconds. */
  drainMs?: number | undefined
  /** How long the receiver may take to act, ms; with `observe`. */
  settleMs?: number | undefined
  /** Ends the run early; the report says what was seen. */
  signal?: AbortSignal | undefined
  /** Called every second. */
  onProgress?: ((progress: LoadProgress) => void) | undefined
}

/**
 * How far a run is.
 * @example const onProgress = ({ sent, rate, p99 }: LoadProgress) => console.log(sent, Math.round(rate), p99)
 */
export interface LoadProgress {
  /** Events per second of the last second, sent. */
  rate: number
  /** Of all so far, ms; undefined before the first answer. */
  p99: number | undefined
  errors: number
  sent: number
  /** Until the last arrival, ms; below zero answers are waited for. In a search: of the step. */
  leftMs: number
  /** The rate of the search's step. */
  step: number | undefined
}

const FOR_MS = 60_000
const STEP_MS = 10_000
const FIRST_RATE: Rate = { from: 10, to: 10 }

const IN_FLIGHT = 1000
const RETRY_WAIT_MS = 1000

/** The options, complete. */
export interface CheckedOptions {
  rate: Rate
  forMs: number
  isSearch: boolean
  stepMs: number
  failIf: readonly string[]
  shard: Shard | null
  arrivals: Arrivals
  inFlight: number
  retryWaitMs: number
}

/** A mistake in an option. */
export const usage = (message: string, where: string, hint: string) =>
  new EmulatorError(message, { code: 'usage', where, hint })

function requireWhole(value: number, least: number, where: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw usage(`${where} cannot be ${value}.`, where, `Give a whole number, ${least} or more.`)
}

/** The options, complete. Throws `usage`. */
export function checkOptions(options: LoadOptions): CheckedOptions {
  const { findLimit: isSearch = false, forMs = FOR_MS, stepMs = STEP_MS, failIf = [], observe } = options
  const given = rateOf(options.rate, options.ramp)
  const rate = given ?? (isSearch ? FIRST_RATE : undefined)
  if (rate === undefined) throw usage('A load run needs a rate.', 'rate', 'Give --rate 200/s, or --ramp 10/s..500/s.')
  if (isSearch && options.ramp !== undefined)
    throw usage(
      'A search for the limit chooses its rates itself.',
      'ramp',
      'Leave the ramp out; --rate is the first that is tried.',
    )
  if (!(forMs >= 100)) throw usage('That is too short to judge anything.', 'for', 'Give a tenth of a second or more.')
  if (!(stepMs >= 1000)) throw usage('That is too short to judge a rate.', 'step', 'Give a second or more.')
  if (!((options.timeoutMs ?? 1) > 0)) throw usage('Nothing is answered in no time.', 'timeout', 'Give more than 0.')
  requireSettle(options.settleMs)
  for (const text of failIf) {
    const { metric } = parseThreshold(text, 'fail-if')
    if (needsObserving(metric) && observe === undefined)
      throw usage(`${metric} can only be told of a receiver that is observed.`, 'fail-if', 'Give --observe URL.')
  }
  const shard = options.shard === undefined ? null : parseShard(options.shard)
  if (shard !== null && isSearch)
    throw usage(
      'A search for the limit cannot be sharded: each rate depends on what became of the last.',
      'shard',
      'Leave one of them out.',
    )
  if (shard !== null && (options.seed === undefined || options.start === undefined))
    throw usage(
      'The shards of a run need one seed and one start, so that they send the same plan.',
      'shard',
      'Give --seed and --start, the same to each shard.',
    )
  if (options.start !== undefined && !isInstant(options.start))
    throw usage('That is no instant.', 'start', 'Give one from 1970 to 9999.')
  return {
    rate,
    forMs,
    isSearch,
    stepMs,
    failIf,
    shard,
    arrivals: options.arrivals ?? 'uniform',
    inFlight: requireWhole(options.inFlight ?? IN_FLIGHT, 1, 'in-flight'),
    retryWaitMs: options.retryWaitMs ?? RETRY_WAIT_MS,
  }
}
