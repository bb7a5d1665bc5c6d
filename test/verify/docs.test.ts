// The page about verify lists every check with its requirement.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { allChecks } from '../../src/verify/checks/index.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/verify.md'), 'utf8')
const rows = page.split('\n').filter(line => line.startsWith('| `'))

it.each(allChecks.map(check => [check.id, check] as const))('docs/verify.md has the requirement of %s', (id, check) => {
  const row = rows.find(line => line.startsWith(`| \`${id}\` |`))
  expect(row).toMatch(/The receiver (MUST|SHOULD|MUST \(SHOULD if undocumented\)) /)
  expect(row).toContain(` ${check.requirement}`)
  expect(row).toContain(`| ${check.expects} |`)
})
