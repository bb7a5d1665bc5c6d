// Verifying the receivers of the tests: options of each provider, and what a report comes to.

import type { Report } from '../../src/verify/report.js'
import type { VerifyOptions } from '../../src/verify/verification.js'
import { verifyReceiver } from '../../src/verify/verification.js'
import { BASIC, type Dialect, type Flaw, flawedReceiver, KEY, type OnFinished, WHSEC } from './flawed-receiver.js'

/** What each provider is verified with. */
export const OPTIONS: Record<Dialect, Pick<VerifyOptions, 'provider' | 'channel' | 'secret' | 'settings'>> = {
  rillis: { provider: 'rillis', secret: KEY },
  transaction: { provider: 'rillis', channel: 'transaction' },
  kycgenie: { provider: 'kycgenie', secret: WHSEC },
  unico: { provider: 'unico', secret: BASIC, settings: { auth: { type: 'basic' } } },
}

/** Settings under which no answer is late, however busy the machine is. */
export const PATIENT: Record<Dialect, VerifyOptions['settings']> = {
  rillis: { responseTimeoutMs: 120_000 },
  transaction: { responseTimeoutMs: 120_000 },
  kycgenie: { responseTimeoutMs: 120_000 },
  unico: { ...OPTIONS.unico.settings, timeoutSeconds: 60 },
}

/** Verifies a receiver with this flaw, softer checks and all; without the slow ones unless asked for. */
export async function verified(
  dialect: Dialect,
  flaw: Flaw,
  options: Partial<VerifyOptions> & { blind?: boolean; onTestFinished: OnFinished },
): Promise<Report> {
  const { blind, onTestFinished, ...more } = options
  const { url, observe } = await flawedReceiver(dialect, flaw, onTestFinished)
  return verifyReceiver({
    ...OPTIONS[dialect],
    to: url,
    level: 'should',
    seed: 7,
    ...(blind ? {} : { observe }),
    except: ['http/keep-alive', 'http/slow-body', 'http/idle-connections', 'idempotency/late-duplicate-seconds'],
    ...more,
  })
}

/** Ids of a report's verdicts that have this status. */
export const idsOf = (report: Report, status: Report['verdicts'][number]['status']): string[] =>
  report.verdicts.filter(verdict => verdict.status === status).map(({ id }) => id)
