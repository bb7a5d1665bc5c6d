// Receivers written in Python are judged as those in TypeScript are: right ones pass, and each flaw is found by its check.
import { describe, expect, it } from 'vitest'
import { verifyReceiver } from '../../src/verify/verification.js'
import type { Dialect } from './flawed-receiver.js'
import { pythonReceiver } from './python-receiver.js'
import { OPTIONS, PATIENT } from './verified.js'

describe.concurrent('a right receiver in Python', () => {
  it.each(['rillis', 'kycgenie', 'unico'] as const)('for %s passes every check', async dialect => {
    const { url, observe } = await pythonReceiver(dialect, 'right')
    const options = { ...OPTIONS[dialect], settings: PATIENT[dialect], to: url, observe, level: 'should' as const }
    const report = await verifyReceiver({ ...options, except: ['http/keep-alive', 'http/slow-body'] })
    expect(report.verdicts.filter(({ status }) => status !== 'passed')).toEqual([])
  })
})

it.each([
  ['rillis', 'hands-over-short-bodies', ['http']],
  ['unico', 'hands-over-short-bodies', ['http']],
  ['unico', 'inbox', ['payload']],
  ['kycgenie', 'inbox', ['payload']],
] as const)('a right receiver in Python for %s that looks otherwise (%s) passes', async (dialect, kind, only) => {
  const report = await judged(dialect, kind, only)
  expect(report.verdicts.filter(({ status }) => status !== 'passed')).toEqual([])
})

const SIGNED = ['signature', 'freshness']

/** By kind: the check that must find it, what follows from it, and what it is looked for with. */
const FLAWS: [Dialect, kind: string, check: string, follows: string[], only: string[]][] = [
  ['kycgenie', 'any-tag', 'signature/version', [], SIGNED],
  ['rillis', 'any-tag', 'signature/version', [], SIGNED],
  ['kycgenie', 'substring', 'signature/extended', ['signature/version'], SIGNED],
  ['rillis', 'substring', 'signature/extended', ['signature/version'], SIGNED],
  ['rillis', 'first-characters', 'signature/near-miss', ['signature/truncated', 'signature/extended'], SIGNED],
  ['kycgenie', 'any-case', 'signature/near-miss', [], SIGNED],
  ['kycgenie', 'known-versions-only', 'signature/unknown-version', [], SIGNED],
  ['kycgenie', 'strips', 'signature/body-bytes', ['signature/added-whitespace'], SIGNED],
  ['kycgenie', 'any-newline', 'signature/added-whitespace', [], SIGNED],
  ['rillis', 'writes-as-go', 'signature/escapes', [], SIGNED],
  ['rillis', 'nothing-from-the-future', 'freshness/clock-ahead', [], SIGNED],
  ['kycgenie', 'nothing-from-the-future', 'freshness/clock-ahead', [], SIGNED],
  ['unico', 'password-beginning', 'auth/near-miss', [], ['auth']],
  ['unico', 'password-any-case', 'auth/near-miss', [], ['auth']],
  ['unico', 'password-only', 'auth/partial', [], ['auth']],
  ['unico', 'user-alone', 'auth/partial', [], ['auth']],
  ['rillis', 'no-null', 'payload/null-character', [], ['payload']],
  ['kycgenie', 'encodes-again', 'payload/lone-surrogate', [], ['payload']],
  ['unico', 'recurses', 'payload/deep-nesting', [], ['payload']],
  ['unico', 'takes-lists', 'payload/malformed', [], ['payload']],
  ['unico', 'exact-header-names', 'http/header-case', [], ['http']],
  ['unico', 'acts-on-half', 'http/truncated', [], ['http']],
  ['kycgenie', 'loses-workers', 'http/broken-connections', [], ['http/broken', 'http/reset', 'http/chunked']],
  ['unico', 'waits-for-the-silent', 'http/idle-connections', [], ['http/idle', 'http/chunked']],
  ['rillis', 'refuses-expect', 'http/expect-continue', [], ['http/expect', 'http/chunked']],
  ['rillis', 'reads-once', 'http/split-packets', [], ['http/split', 'http/chunked']],
]

describe.concurrent('a receiver in Python', () => {
  it.each(FLAWS)('for %s with the flaw %s fails %s', async (dialect, kind, check, follows, only) => {
    const report = await judged(dialect, kind, only)
    const found = report.verdicts.filter(({ status }) => status !== 'passed')
    expect(
      found.map(({ id }) => id).sort(),
      JSON.stringify(found.map(({ id, seen, note }) => [id, seen, note])),
    ).toEqual([check, ...follows].sort())
    expect(found.find(({ id }) => id === check)?.status).toBe('failed')
  })
})

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
    except: ['http/keep-alive', 'http/slow-body'],
    seed: 7,
  })
}
