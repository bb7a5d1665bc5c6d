// The page about faults tells every kind and every word there is.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FAULT_KINDS, FAULT_SCOPE, FAULTS } from '../../src/core/fault.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/faults.md'), 'utf8')
const row = (name: string) =>
  page.split('\n').find(line => line.startsWith('|') && line.split('|')[1]?.includes(`\`${name}\``))

it.each(FAULT_KINDS)('docs/faults.md tells of %s and all it can be told, with the defaults', kind => {
  const line = row(kind)
  for (const [name, field] of Object.entries(FAULTS[kind].fields)) {
    expect(line).toContain(`\`${name}\``)
    if (field.is === 'choice') {
      for (const choice of field.of) expect(line).toContain(`\`${choice}\``)
      expect(line).toContain(`(${field.default}`)
    }
    if (field.is === 'whole' && field.default !== undefined) expect(line).toContain(`(${field.default})`)
  }
  expect(line).toBeDefined()
})

it.each(Object.keys(FAULT_SCOPE))('docs/faults.md tells of the word %s', word => {
  expect(row(word)).toBeDefined()
})
