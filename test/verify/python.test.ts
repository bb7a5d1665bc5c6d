// Receivers written in Python are judged as those in TypeScript are: right ones pass, and each flaw is found by its check.
import { describe, expect, it } from 'vitest'
import { verifyReceiver } from '../../src/verify/verification.js'
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
