// `npm run torture -- --kills 50 --seed 1 --provider standard`: runs, prints what it came to, exits 1 when something was violated.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { NAMED_POINTS, POINTS, planKills } from './plan.js'
import { DRIVEN } from './providers.js'
import { type RunResult, torture } from './run.js'

/** How many violations are printed. */
const SHOWN = 20

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    provider: { type: 'string', default: 'standard' },
  },
})

/** Ends with what is wrong with the command line or the checkout. */
function refuse(text: string): never {
  process.stderr.write(`error: ${text}\n`)
  process.exit(2)
}

const number = (name: 'kills' | 'seed', least: number) => {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < least)
    refuse(`--${name} must be a whole number from ${least}, not "${values[name]}"`)
  return value
}
const kills = number('kills', 1)
const seed = number('seed', 0)
const { provider } = values
if (DRIVEN[provider] === undefined)
  refuse(`--provider must be one of ${Object.keys(DRIVEN).join(', ')}, not "${provider}"`)
const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
if (!existsSync(cli)) refuse('there is no dist/cli/main.js: run npm run build first')

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`

function reportOf({ figures, reached, violations }: RunResult): string {
  const { asked, accepted, unanswered, unansweredStored, delivered, owed, exhausted, requests, duplicates } = figures
  const points = POINTS.flatMap(point => (reached[point] === undefined ? [] : `${point} ${reached[point]}`))
  const repeats = Object.values(duplicates).reduce((sum, count) => sum + count, 0)
  const why = Object.entries(duplicates).map(([outcome, count]) => `${outcome} ${count}`)
  const lost = violations.filter(({ kind }) => kind === 'lost').length
  return [
    `kills       ${kills} (${points.join(', ')})`,
    `events      ${asked} asked, ${accepted} accepted; ${unanswered} never answered, of which ${unansweredStored} are stored`,
    `deliveries  ${delivered} delivered, ${owed} owed, ${exhausted} exhausted`,
    `requests    ${requests} at the sink, ${plural(repeats, 'duplicate')}${why.length > 0 ? `: after ${why.join(', ')}` : ''}`,
    `lost        ${lost}`,
    `violations  ${violations.length}`,
  ].join('\n')
}

const { isTTY } = process.stderr
const folder = mkdtempSync(join(tmpdir(), 'standin-torture-'))
process.stdout.write(`torture     seed ${seed}, ${provider}\n`)
try {
  const result = await torture({
    kills,
    seed,
    provider,
    cli,
    folder,
    ...(isTTY && {
      onKill: (at, point, accepted) =>
        void process.stderr.write(`\r\u001b[Kkill ${at} of ${kills}: ${point}; ${accepted} accepted so far`),
    }),
  })
  if (isTTY) process.stderr.write('\r\u001b[K')
  process.stdout.write(`${reportOf(result)}\n`)
  const planned = new Set(planKills(seed, kills).map(({ point }) => point))
  const missed = NAMED_POINTS.filter(point => planned.has(point) && result.reached[point] === undefined)
  for (const { kind, about, detail } of result.violations.slice(0, SHOWN))
    process.stdout.write(`${kind}: ${about}: ${detail}\n`)
  if (result.violations.length > SHOWN) process.stdout.write(`and ${result.violations.length - SHOWN} more\n`)
  for (const point of missed) process.stdout.write(`never reached: ${point}\n`)
  if (result.violations.length > 0 || missed.length > 0) process.exitCode = 1
  else rmSync(folder, { recursive: true, force: true })
} catch (error) {
  process.stdout.write(`failed: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
if (process.exitCode === 1) process.stdout.write(`kept        ${folder}\n`)
