// Every check fails on a receiver with exactly its flaw, and nothing else does but what follows from it.
import { describe, expect, it, vi } from 'vitest'
import { allChecks } from '../../src/verify/checks/index.js'
import type { FlawCase } from './flaws/flaw-case.js'
import { allFlaws } from './flaws/index.js'
import { idsOf, PATIENT, verified } from './verified.js'

// Most of the time they wait.
vi.setConfig({ maxConcurrency: 8 })

const familyOf = (id: string) => id.split('/')[0] ?? id

/** Families whose checks are near one another. */
const NEAR = [
  ['signature', 'freshness', 'payload'],
  ['auth', 'secrecy'],
  ['idempotency', 'ordering'],
  ['tolerance', 'payload'],
]

/** The first flaw of a family goes through the whole set of checks, the others through those that are near. */
function chosenFor({ check, follows = [], blinds = [] }: FlawCase, index: number): string[] {
  const family = familyOf(check)
  if (blinds === 'all' || allFlaws.findIndex(one => familyOf(one.check) === family) === index) return []
  const near = NEAR.filter(families => families.includes(family)).flat()
  return [...new Set(['delivery/accepts', family, ...near, ...[...follows, ...blinds].map(familyOf)])]
}

describe.concurrent('a receiver for', () => {
  for (const [index, one] of allFlaws.entries())
    it(`${one.dialect} that ${one.flaw} fails ${one.check}`, async ({ onTestFinished }) => {
      const { check, dialect, make, follows = [], blinds = [], options } = one
      const only = chosenFor(one, index)
      const settings = PATIENT[dialect]
      const report = await verified(dialect, make(), { settings, only, ...options, onTestFinished })
      const failed = report.verdicts.filter(({ status }) => status === 'failed')
      const explained = report.verdicts.filter(({ cause }) => cause === 'follows').map(({ id }) => id)
      const found = [...failed.map(({ id }) => id), ...explained].sort()
      expect(found, JSON.stringify(failed.map(({ id, seen }) => [id, seen]))).toEqual([check, ...follows].sort())
      const expected =
        blinds === 'all'
          ? report.verdicts
              .map(({ id }) => id)
              .filter(id => id !== check && id !== 'http/redirect' && !follows.includes(id))
          : blinds
      expect(
        idsOf(report, 'not judged')
          .filter(id => !explained.includes(id))
          .sort(),
      ).toEqual([...expected].sort())
      expect(report.summary.exitCode).toBe(1)
      if (one.says !== undefined) expect(failed[0]?.seen).toContain(one.says)
      for (const verdict of failed) {
        expect(verdict.expected).not.toBe('')
        expect(verdict.seen).not.toBe('')
        expect([...verdict.documented, ...verdict.why].length).toBeGreaterThan(0)
        expect(verdict.again?.standin).toContain(`--only ${verdict.id}`)
      }
    })
})

it('every check fails on a flaw', () => {
  const proven = new Set(allFlaws.map(({ check }) => check))
  expect(allChecks.map(({ id }) => id).filter(id => !proven.has(id))).toEqual([])
})
