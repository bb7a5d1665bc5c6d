// Every flaw of the tests through the complete set of checks: caught by the right check, by another, missed; and false alarms on right receivers.
// npx tsx bench/verdicts.mjs [--python] [--beside 4] [--repeat 20] [--minutes 15] [beginning of a check's id]
// With --repeat the right receivers and one flawed one of each provider go through all checks so often: every time the same verdicts?
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
  const { settings, timeoutMs } = options
  return verifyReceiver({
    ...OPTIONS[dialect],
    ...(settings && { settings: { ...OPTIONS[dialect].settings, ...settings } }),
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

/** The same receivers again and again. */
async function judgeRepeats() {
  const flawed = dialect => allFlaws.find(one => one.dialect === dialect && one.check.startsWith('idempotency'))
  const kinds = DIALECTS.flatMap(dialect => [
    { dialect, what: 'right', make: () => ({}) },
    ...(flawed(dialect) ? [{ dialect, what: flawed(dialect).flaw, make: flawed(dialect).make }] : []),
  ])
  const cameOf = new Map(kinds.map(one => [one, new Map()]))
  // In turn, so that each has had about as many runs when time is up.
  const runs = Array.from({ length: repeats }, () => kinds).flat()
  await atMost(beside, runs, async one => {
    if (performance.now() - began > mostMs) return
    const { dialect, make } = one
    const came = cameOf.get(one)
    const report = await withReceiver(dialect, make(), to => verdictsOf(dialect, to))
    const all = report.verdicts.filter(({ status }) => status !== 'passed').map(({ id, status }) => `${id} ${status}`)
    const found = all.join(', ') || 'all passed'
    came.set(found, (came.get(found) ?? 0) + 1)
  })
  for (const [{ dialect, what }, came] of cameOf) {
    const ran = [...came.values()].reduce((sum, count) => sum + count, 0)
    if (came.size !== 1 || ran < repeats) process.exitCode = 1
    const left = ran < repeats ? `; time was up before the other ${repeats - ran} of ${repeats}` : ''
    console.log(`${dialect}, ${what}: ${Math.max(0, ...came.values())} of ${ran} the same${left}`)
    for (const [found, count] of came) console.log(`  ${count}: ${found}`)
  }
  console.log(`${Math.round((performance.now() - began) / 1000)} s`)
}

await (repeats > 0 ? judgeRepeats() : judgeAll())
