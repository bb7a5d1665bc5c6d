// The good receivers pass the whole catalogue: those of the tests and those in the examples.
import { describe, expect, it, vi } from 'vitest'
import { createReceiver as expressRillis } from '../../examples/express-rillis/receiver.js'
import { createReceiver as fastifyKycGenie } from '../../examples/fastify-kycgenie/receiver.js'
import { createReceiver as honoUnico } from '../../examples/hono-unico/receiver.js'
import { verifyReceiver } from '../../src/verify/verification.js'
import { BASIC, type Dialect, KEY, type Visit, WHSEC } from './flawed-receiver.js'
import { idsOf, OPTIONS, PATIENT, verified } from './verified.js'

// Much of the time they wait.
vi.setConfig({ maxConcurrency: 3 })

const wrong = (report: Awaited<ReturnType<typeof verifyReceiver>>) =>
  report.verdicts
    .filter(({ status }) => status !== 'passed')
    .map(({ id, expected, seen, note }) => `${id}: ${note ?? `${expected}; ${seen}`}`)

const examples: Record<
  Exclude<Dialect, 'transaction'>,
  () => Promise<{ url: string; observe: string; close(): Promise<void> }>
> = {
  rillis: () => expressRillis({ webhookKey: KEY }).listen(),
  kycgenie: () => fastifyKycGenie({ secrets: [WHSEC] }).listen(),
  unico: () => honoUnico({ auth: { basic: BASIC } }).listen(),
}

describe.concurrent.each(['rillis', 'kycgenie', 'unico'] as const)('a good receiver for %s', dialect => {
  it('written as in the examples passes every check, softer ones too', async ({ onTestFinished }) => {
    const { url, observe, close } = await examples[dialect]()
    onTestFinished(close)
    const report = await verifyReceiver({
      ...OPTIONS[dialect],
      settings: PATIENT[dialect],
      to: url,
      observe,
      level: 'should',
    })
    expect(wrong(report)).toEqual([])
    expect(report.summary).toMatchObject({ failed: 0, notJudged: 0, exitCode: 0 })
  })

  it('that the flaws of the tests are put into passes every check too, and is not asked without end', async ({
    onTestFinished,
  }) => {
    let requests = 0
    const counting = {
      first({ number }: Visit) {
        requests = number
        return false
      },
    }
    const report = await verified(dialect, counting, { settings: PATIENT[dialect], onTestFinished })
    expect(requests).toBeLessThan(2000)
    expect(wrong(report)).toEqual([])
    expect(idsOf(report, 'passed').length).toBe(report.verdicts.length)
  })
})
