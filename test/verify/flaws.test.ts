// Every check fails on a receiver with exactly its flaw, and nothing else does but what follows from it.
import { describe, expect, it } from 'vitest'
import { allChecks } from '../../src/verify/checks/index.js'
import { allFlaws } from './flaws/index.js'
import { idsOf, PATIENT, verified } from './verified.js'

describe.concurrent('a receiver for', () => {
  for (const { check, flaw, dialect, make, follows = [], blinds = [], options } of allFlaws)
    it(`${dialect} that ${flaw} fails ${check}`, async ({ onTestFinished }) => {
      const report = await verified(dialect, make(), { settings: PATIENT[dialect], ...options, onTestFinished })
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
