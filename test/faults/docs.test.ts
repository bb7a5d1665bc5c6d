// The page about faults lists every kind with its parameters, and every field of the scope.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FAULT_KINDS } from '../../src/core/fault.js'
import { FAULT_SCOPE, FAULTS } from '../../src/core/fault-descriptions.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/faults.md'), 'utf8')
const row = (name: string) =>
  page.split('\n').find(line => line.startsWith('|') && line.split('|')[1]?.includes(`\`${name}\``))

it.each(FAULT_KINDS)('docs/faults.md lists %s with its parameters and their defaults', kind => {
  const line = row(kind)
  for (const [name, field] of Object.entries(FAULTS[kind].fields)) {
    expect(line).toContain(`\`${name}\``)
    if (field.is === 'choice') {
      for (const choice of field.of) expect(line).toContain(`\`${choice}\``)
      expect(line).toContain(`(${field.default}`)
    }
    if (field.is === 'integer' && field.default !== undefined) expect(line).toContain(`(${field.default})`)
  }
  expect(line).toBeDefined()
})

it.each(Object.keys(FAULT_SCOPE))('docs/faults.md lists the scope field %s', word => {
  expect(row(word)).toBeDefined()
})
