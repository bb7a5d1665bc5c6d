// How long every check takes against a right receiver that takes so many ms for an answer (default 400), by provider.
// npx tsx bench/verify-slow.mjs [ms] [provider] [--checks]
import { verifyReceiver } from '../src/verify/verification.js'
import { flawedReceiver } from '../test/verify/flawed-receiver.js'
import { OPTIONS } from '../test/verify/verified.js'

const [ms = '400', only] = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
const answerMs = Number(ms)

for (const dialect of ['rillis', 'kycgenie', 'unico'].filter(one => only === undefined || one === only)) {
  const ends = []
  let requests = 0
  const first = async () => {
    requests++
    await new Promise(resolve => setTimeout(resolve, answerMs))
    return false
  }
  const { url, observe } = await flawedReceiver(dialect, { first }, end => ends.push(end))
  const report = await verifyReceiver({ ...OPTIONS[dialect], to: url, observe, level: 'should', seed: 7 })
  for (const end of ends) await end()
  const { passed, failed, notJudged } = report.summary
  console.log(
    `${dialect}: ${(report.durationMs / 1000).toFixed(1)} s, ${requests} requests; ${passed} passed, ${failed} failed, ${notJudged} not judged`,
  )
  for (const { id, status, seen, note } of report.verdicts)
    if (status !== 'passed') console.log(`  ${status}: ${id}: ${note ?? seen}`)
  if (process.argv.includes('--checks'))
    for (const { id, durationMs, requests: own } of [...report.verdicts].sort((a, b) => b.durationMs - a.durationMs))
      console.log(`  ${String(durationMs).padStart(6)} ms ${String(own).padStart(4)} requests  ${id}`)
}
