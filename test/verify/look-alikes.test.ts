// Receivers that are right in an unusual way pass.
import { describe, expect, it, vi } from 'vitest'
import { lookAlikes } from './flaws/look-alikes.js'
import { PATIENT, verified } from './verified.js'

// Most of the time they wait.
vi.setConfig({ maxConcurrency: 8 })

describe.concurrent('a right receiver', () => {
  for (const { what, dialect, make, only, settleMs, options } of lookAlikes)
    it(`for ${dialect} that ${what} passes`, async ({ onTestFinished }) => {
      const report = await verified(dialect, make(), {
        settings: PATIENT[dialect],
        only,
        settleMs,
        ...options,
        onTestFinished,
      })
      const wrong = report.verdicts.filter(({ status }) => status !== 'passed')
      expect(wrong.map(({ id, seen, note }) => [id, seen ?? note])).toEqual([])
    })
})
