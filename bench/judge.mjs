// Judges what was measured: medians, ratios, whether the machine was quiet enough to tell, the table and the exit code.

/** Exit codes of the bench: every goal held, at least one was missed, none was missed but at least one could not be told. */
export const EXIT = { held: 0, missed: 1, failed: 2, tooNoisy: 3 }

/**
 * Beyond these a measurement tells more about the machine than about Standin. `othersBusy`: processors that others used while the bench
 * itself slept. `lateMs`: how late a timer was then. `spread`: the middle half of the reference's rounds, as a part of their median.
 */
export const NOISY = { othersBusy: 0.3, lateMs: 15, spread: 0.25 }

const sorted = values => [...values].sort((a, b) => a - b)

/** The middle value; of an even number of values the upper of the two. */
export const median = values => sorted(values)[Math.floor(values.length / 2)]

/** The value below which such a part of all values is. */
export const quantile = (values, part) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))]

/** How far the middle half of the values lies apart, as a part of their median; 0 for fewer than three. */
export function spread(values) {
  if (values.length < 3) return 0
  return (quantile(values, 0.75) - quantile(values, 0.25)) / median(values)
}

/** What a goal is about, of one round: the value, its ratio to the reference, or how much it is above the reference. */
const OF = {
  value: ({ value }) => value,
  ratio: ({ value, reference }) => value / reference,
  above: ({ value, reference }) => value - reference,
}

const holds = ({ atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }, measured) =>
  measured >= atLeast && measured <= atMost

/** Why the machine was too noisy for a row, in words; empty where it was not. */
function noiseOf({ rounds }, samples) {
  const references = rounds.map(({ reference }) => reference).filter(value => value !== undefined)
  const found = {
    othersBusy: median(samples.map(({ othersBusy }) => othersBusy)) ?? 0,
    lateMs: median(samples.map(({ lateMs }) => lateMs)) ?? 0,
    spread: spread(references),
  }
  return [
    found.othersBusy > NOISY.othersBusy ? `others used ${found.othersBusy.toFixed(1)} processors` : '',
    found.lateMs > NOISY.lateMs ? `timers were ${Math.round(found.lateMs)} ms late` : '',
    found.spread > NOISY.spread ? `the reference varied by ${Math.round(found.spread * 100)} %` : '',
  ].filter(Boolean)
}

/**
 * One row with its verdict: `pass`, `fail`, `too noisy`, or none where it has no goal. Noise makes nothing quicker or smaller, so a bound
 * on the value itself that every round held is held in spite of it; a ratio may be wrong either way. `isSteady` rows, such as memory, do
 * not depend on what else the machine does.
 */
export function judge(row, samples = []) {
  const { goal, rounds, isSteady = false } = row
  const each = rounds.map(OF[goal?.of ?? 'value'])
  const measured = median(each)
  const noise = isSteady ? [] : noiseOf(row, samples)
  const result = () => {
    if (goal === undefined) return undefined
    if (noise.length === 0) return holds(goal, measured) ? 'pass' : 'fail'
    return goal.of === 'value' && each.every(one => holds(goal, one)) ? 'pass' : 'too noisy'
  }
  const of = key => median(rounds.map(round => round[key]).filter(value => value !== undefined))
  return {
    ...row,
    value: of('value'),
    reference: of('reference'),
    ratio: rounds.every(({ reference }) => reference !== undefined) ? median(rounds.map(OF.ratio)) : undefined,
    cpuUs: of('cpuUs'),
    referenceCpuUs: of('referenceCpuUs'),
    measured,
    verdict: result(),
    noise,
  }
}

/** The exit code of a run. A goal that was missed on a quiet machine outweighs what could not be told. */
export function exitCodeOf(rows) {
  const verdicts = rows.map(({ verdict }) => verdict)
  if (verdicts.includes('fail')) return EXIT.missed
  return verdicts.includes('too noisy') ? EXIT.tooNoisy : EXIT.held
}

/** A number as short as it still says something. */
function short(value, unit = '') {
  if (value === undefined) return ''
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  const text = value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return unit === '' ? text : unit.startsWith('/') ? `${text}${unit}` : `${text} ${unit}`
}

function goalText({ goal, unit }) {
  if (goal === undefined) return ''
  const { of, atLeast, atMost, aim } = goal
  const shown = value => {
    if (of === 'ratio') return `${value} ×`
    const number = value.toLocaleString('en-US')
    return `${unit.startsWith('/') ? `${number}${unit}` : `${number} ${unit}`}${of === 'above' ? ' more' : ''}`
  }
  const bound = atLeast === undefined ? `≤ ${shown(atMost)}` : `≥ ${shown(atLeast)}`
  return aim === undefined ? bound : `${bound} (aim ${shown(aim)})`
}

const COLUMNS = ['', 'what', 'measured', 'reference', 'ratio', 'goal', 'CPU each', 'verdict']

/** The cells of a judged row, in the order of the columns. */
function cells(row) {
  const { claim, title, unit, referenceName, cpuUs, referenceCpuUs } = row
  const cpu = cpuUs === undefined ? '' : `${Math.round(cpuUs)} µs`
  return [
    claim,
    title,
    short(row.value, unit),
    row.reference === undefined ? '' : `${short(row.reference, unit)} ${referenceName}`,
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    goalText(row),
    referenceCpuUs === undefined ? cpu : `${cpu} (${Math.round(referenceCpuUs)} µs)`,
    row.verdict === undefined ? '' : row.verdict,
  ]
}

/** The table for a terminal, with a line for each row that the machine was too noisy for. */
export function textTable(rows) {
  const lines = [COLUMNS, ...rows.map(cells)]
  const widths = COLUMNS.map((_, i) => Math.max(...lines.map(line => line[i].length)))
  const table = lines.map(line =>
    line
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  )
  const noisy = rows
    .filter(({ verdict }) => verdict === 'too noisy')
    .map(({ claim, title, noise }) => `too noisy to tell: ${claim} ${title}: ${noise.join(', ')}`)
  return [...table, ...noisy].join('\n')
}

/** The same table for a page. */
export function markdownTable(rows) {
  const line = all => `| ${all.join(' | ')} |`
  return [line(COLUMNS), line(COLUMNS.map(() => '---')), ...rows.map(row => line(cells(row)))].join('\n')
}
