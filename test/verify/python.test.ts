// Receivers written in Python are judged as those in TypeScript are: right ones pass, and each flaw is found by its check.
import { describe, expect, it, vi } from 'vitest'
import { verifyReceiver } from '../../src/verify/verification.js'
import type { Dialect } from './flawed-receiver.js'
import { LOST_MS } from './flaws/flaw-case.js'
import { PYTHON_FLAWS } from './flaws/python.js'
import { pythonReceiver } from './python-receiver.js'
import { OPTIONS, PATIENT } from './verified.js'

// Most of the time they wait.
vi.setConfig({ maxConcurrency: 8 })

describe.concurrent('a right receiver in Python', () => {
  it.each(['rillis', 'kycgenie', 'unico'] as const)('for %s passes every check', async dialect => {
    const { url, observe } = await pythonReceiver(dialect, 'right')
    const options = { ...OPTIONS[dialect], settings: PATIENT[dialect], to: url, observe, level: 'should' as const }
    const except = ['http/keep-alive', 'http/slow-body', 'idempotency/late-duplicate-seconds']
    const report = await verifyReceiver({ ...options, except })
    expect(report.verdicts.filter(({ status }) => status !== 'passed')).toEqual([])
  })
})

describe.concurrent('a right receiver in Python', () =>
  it.each([
    ['rillis', 'hands-over-short-bodies', ['http']],
    ['unico', 'hands-over-short-bodies', ['http']],
    ['unico', 'inbox', ['payload']],
    ['kycgenie', 'inbox', ['payload']],
    ['rillis', 'a-second-behind', ['idempotency/duplicate', 'ordering', 'load/burst', 'retry']],
    ['kycgenie', 'decodes-signatures', ['signature']],
    ['unico', 'dead-letters', ['http/truncated', 'payload/malformed']],
    ['transaction', 'rejection-wins', ['ordering']],
    ['unico', 'conflicts', ['idempotency']],
    ['rillis', 'limits-its-rate', ['idempotency', 'load']],
    ['kycgenie', 'knows-signatures-too', ['idempotency', 'ordering', 'retry']],
    ['unico', 'refuses-when-full', ['load', 'idempotency/concurrent']],
    ['rillis', 'refuses-a-retry-once', ['retry', 'idempotency/duplicate']],
  ] as const)('for %s that looks otherwise (%s) passes', async (dialect, kind, only) => {
    const report = await judged(dialect, kind, only)
    expect(report.verdicts.filter(({ status }) => status !== 'passed')).toEqual([])
  }))

describe.concurrent('a receiver in Python', () => {
  it.each(PYTHON_FLAWS)('for %s with the flaw %s fails %s', async (dialect, kind, check, follows, only) => {
    const report = await judged(dialect, kind, only)
    const found = report.verdicts.filter(({ status }) => status !== 'passed')
    expect(
      found.map(({ id }) => id).sort(),
      JSON.stringify(found.map(({ id, seen, note }) => [id, seen, note])),
    ).toEqual([check, ...follows].sort())
    expect(found.find(({ id }) => id === check)?.status).toBe('failed')
  })
})

/** Kinds that lose effects, and act before they answer. */
const LOSING = ['knows-subjects', 'knows-subjects-and-statuses', 'knows-types-and-subjects', 'knows-states']

/** Verifies a receiver of this kind with these checks, softer ones too. */
async function judged(dialect: Dialect, kind: string, only: readonly string[]) {
  const { url, observe } = await pythonReceiver(dialect, kind)
  return verifyReceiver({
    ...OPTIONS[dialect],
    settings: PATIENT[dialect],
    to: url,
    observe,
    level: 'should',
    only,
    settleMs: LOSING.includes(kind) ? LOST_MS : undefined,
    except: [
      ...(only.includes('http/keep-alive') ? [] : ['http/keep-alive']),
      'http/slow-body',
      ...(only.length === 1 ? [] : ['idempotency/late-duplicate-seconds']),
    ],
    seed: 7,
  })
}
