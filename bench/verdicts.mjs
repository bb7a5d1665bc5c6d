// Every flaw of the tests through the complete set of checks: caught by the right check, by another, missed; and false alarms on right receivers.
// npx tsx bench/verdicts.mjs [--python] [beginning of a check's id]
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { verifyReceiver } from '../src/verify/verification.js'
import { flawedReceiver } from '../test/verify/flawed-receiver.js'
import { allFlaws } from '../test/verify/flaws/index.js'
import { PYTHON_FLAWS } from '../test/verify/flaws/python.js'
import { OPTIONS } from '../test/verify/verified.js'

const beginning = process.argv.slice(2).find(argument => !argument.startsWith('--')) ?? ''
const counts = { right: 0, other: 0, missed: 0, alarms: 0 }
const began = performance.now()

/** Runs every check; the failed ones. */
async function failuresOf(dialect, address, options = {}) {
  const { settings, timeoutMs } = options
  const report = await verifyReceiver({
    ...OPTIONS[dialect],
    ...(settings && { settings: { ...OPTIONS[dialect].settings, ...settings } }),
    ...(timeoutMs && { timeoutMs }),
    to: address.url,
    observe: address.observe,
    level: 'should',
    seed: 7,
  })
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

for (const dialect of ['rillis', 'kycgenie', 'unico'])
  judgeRight(`the right receiver for ${dialect}`, await withReceiver(dialect, {}, to => failuresOf(dialect, to)))
for (const { check, flaw, dialect, make, options } of allFlaws) {
  if (!check.startsWith(beginning)) continue
  const failed = await withReceiver(dialect, make(), to => failuresOf(dialect, to, options))
  judge(`a receiver for ${dialect} that ${flaw}`, check, failed)
}

if (process.argv.includes('--python')) {
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
  for (const dialect of ['rillis', 'kycgenie', 'unico'])
    judgeRight(`the right receiver in Python for ${dialect}`, await failuresOf(dialect, addressOf(dialect, 'right')))
  for (const [dialect, kind, check] of PYTHON_FLAWS) {
    if (!check.startsWith(beginning)) continue
    judge(`a receiver in Python for ${dialect}: ${kind}`, check, await failuresOf(dialect, addressOf(dialect, kind)))
  }
  child.stdin.end()
}

console.log(
  `${counts.right} caught by the right check, ${counts.other} by another, ${counts.missed} missed, ${counts.alarms} false alarms; ${Math.round((performance.now() - began) / 1000)} s`,
)
process.exitCode = counts.other + counts.missed + counts.alarms > 0 ? 1 : 0
