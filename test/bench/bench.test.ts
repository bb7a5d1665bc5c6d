// The bench: what it says of rounds that are made up, and a run of one cheap claim as its users run it.
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { EXIT, exitCodeOf, judge, markdownTable, textTable } from '../../bench/judge.mjs'
import { runProcess } from '../support/process.js'

const quiet = [{ othersBusy: 0.02, lateMs: 1 }]
const busy = [{ othersBusy: 1.4, lateMs: 40 }]
const ratioRow = (...ratios: number[]) => ({
  claim: 'a',
  title: 'deliveries',
  unit: '/s',
  referenceName: 'bare',
  goal: { of: 'ratio' as const, atLeast: 0.6, aim: 0.75 },
  rounds: ratios.map(ratio => ({ value: ratio * 5000, reference: 5000, cpuUs: 200, referenceCpuUs: 90 })),
})
const boundRow = (...values: number[]) => ({
  claim: 'd',
  title: 'due',
  unit: 'ms',
  referenceName: 'timer',
  goal: { of: 'value' as const, atMost: 50 },
  rounds: values.map(value => ({ value, reference: 4 })),
})

describe('a verdict', () => {
  it('is about the median of the rounds', () => {
    expect(judge(ratioRow(0.2, 0.61, 0.9), quiet)).toMatchObject({ verdict: 'pass', ratio: 0.61, value: 3050 })
    expect(judge(ratioRow(0.9, 0.59, 0.2), quiet)).toMatchObject({ verdict: 'fail', noise: [] })
    expect(judge({ ...boundRow(200), goal: { of: 'above', atMost: 150 } }, quiet).verdict).toBe('fail')
    expect(judge({ ...ratioRow(0.1), goal: undefined }, quiet).verdict).toBeUndefined()
  })

  it('is not given where others used the machine, timers were late, or the reference varied', () => {
    const late = [{ othersBusy: 0, lateMs: 30 }]
    const unsteady = { ...ratioRow(), rounds: [4, 6, 9, 12].map(one => ({ value: one, reference: one * 1000 })) }
    expect(judge(ratioRow(0.9), busy)).toMatchObject({
      verdict: 'too noisy',
      noise: ['others used 1.4 processors', 'timers were 40 ms late'],
    })
    expect(judge(ratioRow(0.9), late).noise).toEqual(['timers were 30 ms late'])
    expect(judge(unsteady, quiet).noise).toEqual([expect.stringMatching(/^the reference varied by \d+ %$/)])
  })

  it('is given in spite of noise where every round held a bound, and of what does not depend on it', () => {
    expect(judge(boundRow(20, 30, 49), busy).verdict).toBe('pass')
    expect(judge(boundRow(20, 30, 51), busy).verdict).toBe('too noisy')
    expect(judge({ ...boundRow(51), isSteady: true }, busy).verdict).toBe('fail')
  })
})

it('the exit code tells a missed goal from a machine that was too noisy', () => {
  const [pass, fail, noisy] = [judge(boundRow(1), quiet), judge(boundRow(99), quiet), judge(boundRow(99), busy)]
  expect(exitCodeOf([pass])).toBe(EXIT.held)
  expect(exitCodeOf([pass, noisy])).toBe(EXIT.tooNoisy)
  expect(exitCodeOf([noisy, fail, pass])).toBe(EXIT.missed)
})

it('the table shows each row beside its reference and goal, and says why one was too noisy', () => {
  const rows = [judge(ratioRow(0.65), quiet), judge(boundRow(99), busy)]
  expect(textTable(rows).split('\n')).toEqual([
    expect.stringMatching(/^ +what +measured +reference +ratio +goal +CPU each +verdict$/),
    expect.stringMatching(
      /^a +deliveries +3,250\/s +5,000\/s bare +0\.65 +≥ 0\.6 × \(aim 0\.75 ×\) +200 µs \(90 µs\) +pass$/,
    ),
    expect.stringMatching(/^d +due +99\.0 ms +4\.00 ms timer +24\.75 +≤ 50 ms +too noisy$/),
    'too noisy to tell: d due: others used 1.4 processors, timers were 40 ms late',
  ])
  expect(markdownTable(rows)).toContain('| d | due | 99.0 ms | 4.00 ms timer | 24.75 | ≤ 50 ms |  | too noisy |')
})

it('a run of one claim prints its report, and an unknown claim is refused by name', async () => {
  const run = (...args: string[]) => runProcess(process.execPath, [join(inject('built'), 'bench/run.mjs'), ...args])
  const { code, stdout, stderr } = await run('--quick', '--only', 'startup', '--json')
  expect(code, stderr).toSatisfy((found: number) => found !== EXIT.failed)
  const report = JSON.parse(stdout)
  expect(report).toMatchObject({ size: 'quick', exitCode: code, failures: [], machine: { node: process.version } })
  expect(report.rows.map(({ title }: { title: string }) => title)).toEqual([
    'standin events',
    'standin serve, ready',
    'standin trigger --to',
  ])
  const refused = await run('--only', 'deliverys')
  expect(refused.code).toBe(EXIT.failed)
  expect(refused.stderr).toContain('There is no claim "deliverys". Claims: a (deliveries), b (making)')
})
