// Latencies in an HDR histogram: three significant digits whatever their size, in memory that does not grow; histograms add exactly.
// The package's front door would bring WebAssembly and compression, seven times as much code.
import float64 from 'hdr-histogram-js/dist/Float64Histogram.js'
import type { Bins, Percentiles } from '../api/load-report.js'

// Node gives a CommonJS module as a whole, test runners what it exports by default.
const Float64Histogram = float64.default ?? float64

/** Latencies are recorded in units of 10 µs, from one unit to ten hours: what is longer counts as ten hours. */
const UNIT_MS = 0.01
const LONGEST = 36_000_000 / UNIT_MS
const DIGITS = 3

const create = () => new Float64Histogram(1, LONGEST, DIGITS)

const shown = (value: number) => Math.round(value * UNIT_MS * 100) / 100

/** Collects latencies. */
export interface Histogram {
  /** A latency, ms. */
  record(ms: number): void
  /** Adds what another has recorded. */
  add(bins: Bins): void
  /** Everything recorded: pairs of a value, in units of 10 µs, and how often it was. */
  bins(): Bins
  /** Null where nothing was recorded. */
  percentiles(): Percentiles | null
  /** The latency, ms, that this share of all, in per cent, does not exceed. */
  at(percent: number): number
}

/** A histogram with nothing in it, or what was recorded before. */
export function createHistogram(before: Bins = []): Histogram {
  const hdr = create()
  const at = (percent: number) => shown(hdr.getValueAtPercentile(percent))
  const add = (bins: Bins) => {
    for (const [value, count] of bins) hdr.recordValueWithCount(Math.min(LONGEST, Math.max(1, value)), count)
  }
  add(before)
  return {
    record: ms => hdr.recordValue(unitsOf(ms)),
    add,
    bins() {
      const bins: Bins = []
      for (let i = 0; i < hdr.countsArrayLength; i++) {
        const count = hdr.getCountAtIndex(i)
        if (count > 0) bins.push([hdr.valueFromIndex(i), count])
      }
      return bins
    },
    percentiles: () =>
      hdr.totalCount === 0
        ? null
        : { p50: at(50), p90: at(90), p99: at(99), 'p99.9': at(99.9), max: at(100), mean: shown(hdr.mean) },
    at,
  }
}

const unitsOf = (ms: number) => Math.min(LONGEST, Math.max(1, Math.round(ms / UNIT_MS)))

const scale = create()

/** The bin of a latency (ms): the least value in it. For the many histograms of a plot, which are small. */
export const binOf = (ms: number): number => scale.lowestEquivalentValue(unitsOf(ms))
