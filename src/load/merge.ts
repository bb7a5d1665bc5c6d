// Joins the reports of a run's shards: counts and histograms add exactly, and the whole is judged again.
import { type LoadCounts, type LoadInterval, type LoadReport, loadReport } from '../api/load-report.js'
import { formatDuration } from '../core/duration.js'
import { EmulatorError, excerpt } from '../core/errors.js'
import { parseJson } from '../core/json.js'
import { createHistogram } from './histogram.js'
import { shareOf } from './plan.js'
import { derived, distributionOf, judgeLoad } from './verdict.js'

/** A report and the file that it is from. */
export interface ShardReport {
  file: string
  report: LoadReport
}

function invalid(file: string, why: string): EmulatorError {
  return new EmulatorError(`${file} is not a report of a load run: ${why}`, {
    code: 'invalid_file',
    where: file,
    hint: 'Write one with standin load --report json=FILE, and merge reports of one version of Standin.',
  })
}

/** What no run counts: a report of it was changed afterwards. Undefined where the numbers agree. */
function contradictionIn({ plan, counts, latency, interrupted }: LoadReport): string | undefined {
  const { planned, acceptedAtFirst, refused, timeouts, broken, own, notSent, unfinished, accepted, lost } = counts
  const timed = acceptedAtFirst + refused + timeouts + notSent + unfinished
  const recorded = sum(latency.bins.map(([, count]) => count))
  const part = shareOf(plan.events, plan.shard)
  if (interrupted ? planned > part : planned !== part) return `planned ${planned} of ${part}`
  if (timed + broken + own !== planned) return `${timed + broken + own} outcomes of ${planned} events`
  if (interrupted ? accepted + lost > planned : accepted + lost !== planned)
    return `${accepted} accepted and ${lost} lost of ${planned}`
  return recorded === timed ? undefined : `${recorded} latencies of ${timed} events`
}

/** The report in a JSON text. Throws `invalid_file`. */
export function shardReportOf(text: string, file: string): ShardReport {
  let value: unknown
  try {
    value = parseJson(text, file)
  } catch {
    throw invalid(file, 'it is not JSON.')
  }
  const parsed = loadReport.safeParse(value)
  if (parsed.success) {
    const wrong = contradictionIn(parsed.data)
    if (wrong !== undefined) throw invalid(file, `its numbers contradict each other (${wrong}).`)
    return { file, report: parsed.data }
  }
  const [issue] = parsed.error.issues
  throw invalid(file, `${issue?.path.join('.') || 'the whole'}: ${excerpt(issue?.message ?? '')}.`)
}

/** What must be the same in every shard, as texts by name. */
function identityOf({ provider, channel, seed, start, plan, standin }: LoadReport): Record<string, string> {
  const { shard, ...own } = plan
  return {
    provider,
    channel,
    seed: String(seed),
    start,
    'number of shards': String(shard?.of ?? 1),
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [`plan (${name})`, JSON.stringify(value)])),
    'version of Standin': standin,
  }
}

/** Throws `conflict` unless the reports are all the shards of one plan. */
function requireOnePlan(shards: readonly ShardReport[]): void {
  const conflict = (message: string, hint: string, where?: string) =>
    new EmulatorError(message, { code: 'conflict', hint, where })
  const [first] = shards
  if (first === undefined) return
  const identity = identityOf(first.report)
  for (const { file, report } of shards) {
    for (const [name, value] of Object.entries(identityOf(report)))
      if (value !== identity[name])
        throw conflict(
          `${file} is not of the same run as ${first.file}: the ${name} is ${value}, not ${identity[name]}.`,
          'Merge the shards of one run: the same command, but for --shard.',
          file,
        )
  }
  const of = first.report.plan.shard?.of
  if (of === undefined)
    throw conflict(
      `${first.file} is of a whole run, not of a shard.`,
      'There is nothing to merge: it is the result.',
      first.file,
    )
  const seen = new Map<number, string>()
  for (const { file, report } of shards) {
    const index = report.plan.shard?.index ?? 0
    const other = seen.get(index)
    if (other !== undefined)
      throw conflict(`${file} and ${other} are both shard ${index}/${of}.`, 'Give each shard once.', file)
    seen.set(index, file)
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter(index => !seen.has(index))
  if (missing.length > 0)
    throw conflict(
      `Shard ${missing.map(index => `${index}/${of}`).join(', ')} is missing.`,
      'Give the reports of all shards: without one the rate was another.',
    )
}

/** Shards that begin further apart, as a part of their length, do not make the rate together. At least so many ms are always allowed. */
const APART = 0.05
const APART_MS = 250

/** Why shards cannot be judged as one run; undefined where they can. */
function whyApart(begun: readonly number[], forMs: number): string | undefined {
  const apartMs = Math.max(...begun) - Math.min(...begun)
  return apartMs <= Math.max(APART_MS, forMs * APART)
    ? undefined
    : `The shards began up to ${formatDuration(apartMs)} apart, so that the receiver did not have their rates together. Give them a start in the future.`
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)

/** Objects of numbers added key by key. */
function added<T extends Record<string, number>>(all: readonly T[]): T {
  const total: Record<string, number> = {}
  for (const one of all) for (const [key, value] of Object.entries(one)) total[key] = (total[key] ?? 0) + value
  return total as T
}

function mergedDistribution(all: readonly LoadReport['latency'][]): LoadReport['latency'] {
  const histogram = createHistogram()
  for (const { bins } of all) histogram.add(bins)
  return distributionOf(histogram.bins())
}

function mergedInterval(all: readonly (LoadInterval | undefined)[]): LoadInterval {
  const there = all.flatMap(one => (one === undefined ? [] : [one]))
  const { bins } = mergedDistribution(there.map(one => ({ percentiles: null, bins: one.bins })))
  return { ...added(there.map(({ bins: _, ...counts }) => counts)), bins }
}

function mergedEffects(all: readonly LoadReport['effects'][]): LoadReport['effects'] {
  const seen = all.flatMap(one => (one === null ? [] : [one]))
  if (seen.length < all.length) return null
  return {
    ...added(seen.map(({ examples: _, unseen: __, ...counts }) => counts)),
    examples: seen.flatMap(({ examples }) => examples).slice(0, 10),
    unseen: seen.find(({ unseen }) => unseen !== null)?.unseen ?? null,
  }
}

/** The report of the whole run; `failIf` in place of the shards' own thresholds. Throws `conflict` for reports that are not all shards of one plan. */
export function mergeShards(shards: readonly ShardReport[], failIf?: readonly string[]): LoadReport {
  requireOnePlan(shards)
  const reports = shards.map(({ report }) => report)
  const [first] = reports
  if (first === undefined) throw new Error('There is nothing to merge.')
  const given = failIf ?? [...new Set(reports.flatMap(({ thresholds }) => thresholds.map(({ text }) => text)))]
  const counts: LoadCounts = added(reports.map(report => report.counts))
  const plan = { ...first.plan, shard: null }
  const misses = reports.flatMap(({ firstMissed }) => (firstMissed === null ? [] : [firstMissed]))
  const length = Math.max(...reports.map(({ intervals }) => intervals.list.length))
  const begun = reports.map(({ startedAt }) => Date.parse(startedAt))
  const ended = reports.map(({ startedAt, durationMs }) => Date.parse(startedAt) + durationMs)
  const durationMs = Math.max(...ended) - Math.min(...begun)
  const interrupted = reports.some(one => one.interrupted)
  return judgeLoad(
    {
      ...first,
      to: [...new Set(reports.map(({ to }) => to))].join(', '),
      startedAt: new Date(Math.min(...begun)).toISOString(),
      durationMs,
      interrupted,
      plan,
      counts,
      outcomes: added(reports.map(({ outcomes }) => outcomes)),
      latency: mergedDistribution(reports.map(({ latency }) => latency)),
      service: mergedDistribution(reports.map(({ service }) => service)),
      intervals: {
        ms: first.intervals.ms,
        list: Array.from({ length }, (_, i) => mergedInterval(reports.map(({ intervals }) => intervals.list[i]))),
      },
      ...derived({ counts, plan, interrupted, durationMs }, given),
      firstMissed: misses.sort((a, b) => a.atMs - b.atMs)[0] ?? null,
      machine: {
        lateness: mergedDistribution(reports.map(({ machine }) => machine.lateness)),
        cpu: Math.max(...reports.map(({ machine }) => machine.cpu)),
        mostInFlight: sum(reports.map(({ machine }) => machine.mostInFlight)),
        heldBack: sum(reports.map(({ machine }) => machine.heldBack)),
      },
      effects: mergedEffects(reports.map(({ effects }) => effects)),
    },
    given,
    whyApart(begun, plan.forMs),
  )
}
