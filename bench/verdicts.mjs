// Every flaw of the tests through the complete set of checks: caught by the right check, by another, missed; and false alarms on right receivers.
// npx tsx bench/verdicts.mjs [--python] [--beside 4] [--repeat 20] [--minutes 15] [beginning of a check's id]
// With --repeat the right receivers and one flawed one of each provider go through all checks so often: every time the same verdicts?
// A check that is not judged because this machine was too slow says nothing about the receiver: such runs are counted apart.
// A run takes about 15 s, most of them waits: 20 runs of the six receivers, four beside one another, about ten minutes. After --minutes
// no run begins, and it is said how many there were.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { atMost } from '../src/verify/checks/judge.js'
import { verifyReceiver } from '../src/verify/verification.js'
import { flawedReceiver } from '../test/verify/flawed-receiver.js'
import { allFlaws } from '../test/verify/flaws/index.js'
import { PYTHON_FLAWS } from '../test/verify/flaws/python.js'
import { OPTIONS } from '../test/verify/verified.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: 'boolean' },
    beside: { type: 'string' },
    repeat: { type: 'string' },
    minutes: { type: 'string' },
  },
})
const beginning = positionals[0] ?? ''
const beside = Number(values.beside ?? 4)
const repeats = Number(values.repeat ?? 0)
const mostMs = Number(values.minutes ?? 15) * 60_000
const counts = { right: 0, other: 0, missed: 0, alarms: 0 }
const began = performance.now()

/** Runs every check. */
async function verdictsOf(dialect, address, options = {}) {
  const { secret, settings, timeoutMs } = options
  return verifyReceiver({
    ...OPTIONS[dialect],
    ...(settings && { settings: { ...OPTIONS[dialect].settings, ...settings } }),
    ...(secret && { secret }),
    ...(timeoutMs && { timeoutMs }),
    to: address.url,
    observe: address.observe,
    level: 'should',
    seed: 7,
  })
}

/** Ids of the checks that failed. */
async function failuresOf(dialect, address, options) {
  const report = await verdictsOf(dialect, address, options)
  return report.verdicts.filter(({ status, cause }) => status === 'failed' || cause === 'follows').map(({ id }) => id)
}

async function withReceiver(dialect, flaw, act) {
  const ends = []
  try {
    return await act(await flawedReceiver(dialect, flaw, end => ends.push(end)))
  } finally {
    for (const end of ends) await end()
  }
}

function judge(name, check, failed) {
  const kind = failed.length === 0 ? 'missed' : failed.includes(check) ? 'right' : 'other'
  counts[kind]++
  console.log(
    `${kind.padEnd(7)} ${check}: ${name}${kind === 'right' ? '' : `; failed: ${failed.join(', ') || 'nothing'}`}`,
  )
}

function judgeRight(name, failed) {
  if (failed.length > 0) counts.alarms++
  console.log(
    `${failed.length > 0 ? 'ALARM  ' : 'quiet  '} ${name}${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
  )
}

const DIALECTS = ['rillis', 'kycgenie', 'unico']

/** Every flaw once. */
async function judgeAll() {
  await atMost(1, DIALECTS, async dialect =>
    judgeRight(`the right receiver for ${dialect}`, await withReceiver(dialect, {}, to => failuresOf(dialect, to))),
  )
  const flaws = allFlaws.filter(({ check }) => check.startsWith(beginning))
  await atMost(beside, flaws, async ({ check, flaw, dialect, make, options }) => {
    const failed = await withReceiver(dialect, make(), to => failuresOf(dialect, to, options))
    judge(`a receiver for ${dialect} that ${flaw}`, check, failed)
  })
  if (values.python) await judgePython()
  console.log(
    `${counts.right} caught by the right check, ${counts.other} by another, ${counts.missed} missed, ${counts.alarms} false alarms; ${Math.round((performance.now() - began) / 1000)} s`,
  )
  process.exitCode = counts.other + counts.missed + counts.alarms > 0 ? 1 : 0
}

async function judgePython() {
  // It ends when its standard input does.
  const child = spawn('python3', ['test/verify/receiver.py'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const port = await new Promise((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve)
    child.once('error', reject)
  })
  const addressOf = (dialect, kind) => {
    const base = `http://127.0.0.1:${port}/${dialect}/${kind}/bench`
    return { url: `${base}/webhooks`, observe: `${base}/observe` }
  }
  await atMost(1, DIALECTS, async dialect =>
    judgeRight(`the right receiver in Python for ${dialect}`, await failuresOf(dialect, addressOf(dialect, 'right'))),
  )
  const flaws = PYTHON_FLAWS.filter(([, , check]) => check.startsWith(beginning))
  await atMost(beside, flaws, async ([dialect, kind, check]) =>
    judge(`a receiver in Python for ${dialect}: ${kind}`, check, await failuresOf(dialect, addressOf(dialect, kind))),
  )
  child.stdin.end()
}

/** Ids of the checks whose verdicts differ between two runs. */
const differing = (one, other) =>
  [...one.keys()].filter(
    id => one.get(id).status !== other.get(id)?.status || one.get(id).cause !== other.get(id)?.cause,
  )

/** How a run differs from what most came to: `same`, `slow` where a slow machine hid the difference, or `other`. */
function kindOfRun(run, usual) {
  const ids = differing(run, usual)
  const isHidden = id => [run, usual].some(one => one.get(id)?.cause === 'slow machine')
  return ids.length === 0 ? 'same' : ids.every(isHidden) ? 'slow' : 'other'
}

/** What is not passed in a run, in one line. */
const notPassed = run =>
  [...run]
    .filter(([, { status }]) => status !== 'passed')
    .map(
      ([id, { status, cause }]) => `${id} ${status}${cause === 'slow machine' ? ' (this machine was too slow)' : ''}`,
    )
    .join(', ') || 'all passed'

/** The runs that came to the same, most first. */
function alike(runs) {
  const groups = new Map()
  for (const run of runs) groups.set(notPassed(run), [...(groups.get(notPassed(run)) ?? []), run])
  return [...groups].sort(([, a], [, b]) => b.length - a.length)
}

/** The same receivers again and again. */
async function judgeRepeats() {
  const flawed = dialect => allFlaws.find(one => one.dialect === dialect && one.check.startsWith('idempotency'))
  const kinds = DIALECTS.flatMap(dialect => [
    { dialect, what: 'right', make: () => ({}) },
    ...(flawed(dialect) ? [{ dialect, what: flawed(dialect).flaw, make: flawed(dialect).make }] : []),
  ])
  const cameOf = new Map(kinds.map(one => [one, []]))
  // In turn, so that each has had about as many runs when time is up.
  const turns = Array.from({ length: repeats }, () => kinds).flat()
  await atMost(beside, turns, async one => {
    if (performance.now() - began > mostMs) return
    const { dialect, make } = one
    const { verdicts } = await withReceiver(dialect, make(), to => verdictsOf(dialect, to))
    cameOf.get(one).push(new Map(verdicts.map(({ id, status, cause }) => [id, { status, cause }])))
  })
  const total = { same: 0, slow: 0, other: 0 }
  for (const [{ dialect, what }, runs] of cameOf) {
    const groups = alike(runs)
    const usual = groups[0]?.[1][0]
    const count = { same: 0, slow: 0, other: 0 }
    for (const run of runs) count[kindOfRun(run, usual)]++
    for (const kind of Object.keys(total)) total[kind] += count[kind]
    if (count.other > 0 || runs.length < repeats) process.exitCode = 1
    const left = runs.length < repeats ? `; time was up before the other ${repeats - runs.length} of ${repeats}` : ''
    console.log(
      `${dialect}, ${what}: ${count.same} of ${runs.length} the same, ${count.slow} differ only in what a slow machine hid, ${count.other} otherwise${left}`,
    )
    for (const [found, same] of groups) console.log(`  ${same.length}: ${found}`)
  }
  console.log(
    `${total.same} runs the same, ${total.slow} with a check not judged because this machine was too slow, ${total.other} otherwise; ${Math.round((performance.now() - began) / 1000)} s`,
  )
}

await (repeats > 0 ? judgeRepeats() : judgeAll())
