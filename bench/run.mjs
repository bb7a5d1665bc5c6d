// Measures the speed claims of docs/speed.md and prints one table. Usage: node bench/run.mjs [--quick | --million] [--only a,c] [--json [FILE]] [--docs]
import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { writeDocs } from './docs.mjs'
import { EXIT, exitCodeOf, judge, textTable } from './judge.mjs'
import { machine } from './machine.mjs'

/** The claims by letter and name; a and b are measured by one file, in the same rounds. */
const CLAIMS = [
  { letter: 'a', name: 'deliveries', file: 'deliveries' },
  { letter: 'b', name: 'making', file: 'deliveries' },
  { letter: 'c', name: 'control-api', file: 'control-api' },
  { letter: 'd', name: 'due', file: 'due' },
  { letter: 'e', name: 'waiting', file: 'waiting' },
  { letter: 'f', name: 'memory', file: 'memory' },
  { letter: 'g', name: 'startup', file: 'startup' },
  { letter: 'j', name: 'dead-half', file: 'dead-half' },
  // Without a goal: measured when named.
  { letter: 'h', name: 'expectations', file: 'expectations', isExtra: true },
  { letter: 'i', name: 'drivers', file: 'drivers', isExtra: true },
]

/** The whole run takes no longer, ms; with `--million` the memory of a million deliveries takes what it takes. */
const BOUND_MS = { quick: 120_000, full: 300_000, million: 3_600_000 }

class UsageError extends Error {}

function options() {
  try {
    // `--json` alone prints.
    const args = process.argv.slice(2).flatMap((arg, i, all) => {
      const isAlone = arg === '--json' && (all[i + 1] === undefined || all[i + 1].startsWith('--'))
      return isAlone ? ['--json='] : [arg]
    })
    const flag = { type: 'boolean', default: false }
    const text = { type: 'string' }
    const { values } = parseArgs({ args, options: { quick: flag, million: flag, docs: flag, only: text, json: text } })
    if (values.docs && values.only) throw new UsageError('The pages show every claim: use --docs without --only.')
    const wanted = values.only?.split(',').map(name => name.trim())
    const unknown = wanted?.find(one => !CLAIMS.some(({ letter, name }) => one === letter || one === name))
    const known = CLAIMS.map(({ letter, name }) => `${letter} (${name})`).join(', ')
    if (unknown !== undefined) throw new UsageError(`There is no claim "${unknown}". Claims: ${known}.`)
    const isMeasured = ({ letter, name, isExtra }) =>
      wanted ? wanted.includes(letter) || wanted.includes(name) : !isExtra
    const claims = CLAIMS.filter(isMeasured)
    const size = values.quick ? 'quick' : values.million ? 'million' : 'full'
    return { ...values, claims, size }
  } catch (error) {
    if (!(error instanceof UsageError) && !error.code?.startsWith('ERR_PARSE_ARGS')) throw error
    process.stderr.write(`error: ${error.message}\n`)
    process.exit(EXIT.failed)
  }
}

/** Measures in a process of its own, so that neither memory nor compiled code is another claim's. */
function measured(file, size, ms) {
  return new Promise((resolve, reject) => {
    if (ms <= 0) return reject(new Error('there was no time left'))
    const child = fork(new URL('./claim.mjs', import.meta.url), [file, size], { execArgv: ['--expose-gc'] })
    let result
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      child.kill('SIGTERM')
    }, ms)
    child.on('message', message => {
      result = message
    })
    child.on('exit', (code, signal) => {
      clearTimeout(timer)
      if (result !== undefined && code === 0) resolve(result)
      else if (isLate) reject(new Error(`it did not end within the ${Math.round(ms / 1000)} s that were left`))
      else reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

async function main() {
  const { claims, size, json, docs } = options()
  const began = performance.now()
  const found = machine()
  const rows = []
  const failures = []
  for (const file of new Set(claims.map(claim => claim.file))) {
    const names = claims.filter(claim => claim.file === file).map(({ letter, name }) => `${letter} ${name}`)
    process.stderr.write(`measuring ${names.join(', ')}\n`)
    try {
      const result = await measured(file, size, BOUND_MS[size] - (performance.now() - began))
      const wanted = result.rows.filter(row => claims.some(({ letter }) => letter === row.claim))
      rows.push(...wanted.map(row => judge(row, result.samples)))
    } catch (error) {
      failures.push(`${names.join(', ')}: ${error.message}`)
    }
  }
  rows.sort((a, b) => (a.claim < b.claim ? -1 : a.claim > b.claim ? 1 : 0))
  const exitCode = failures.length > 0 ? EXIT.failed : exitCodeOf(rows)
  const seconds = Math.round((performance.now() - began) / 1000)
  const report = { measuredAt: new Date().toISOString(), size, seconds, machine: found, rows, failures, exitCode }
  const { node, processor, processors, memoryGb, loadAverage } = found
  const head = `Node ${node.slice(1)}, ${processors} × ${processor}, ${memoryGb} GB, load average ${loadAverage.toFixed(1)}; size ${size}, ${seconds} s`
  const text = [head, textTable(rows), ...failures.map(failure => `not measured: ${failure}`), ''].join('\n')
  // Data on stdout, words on stderr.
  if (json === '') process.stderr.write(text)
  else process.stdout.write(text)
  if (json === '') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  else if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`)
  if (docs && failures.length === 0) writeDocs(report)
  process.exitCode = exitCode
}

await main()
