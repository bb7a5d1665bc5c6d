// Options of a verification: choice of checks, exit codes, missing evidence, repeating a failure.
import { describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { planVerification, verifyReceiver } from '../../src/verify/verification.js'
import { runProcess } from '../support/process.js'
import { type Flaw, flawedReceiver, KEY, WHSEC } from './flawed-receiver.js'
import { idsOf, OPTIONS, verified } from './verified.js'

describe('the checks that apply', () => {
  it('are those of the provider and its settings, and nothing is sent to list them', async () => {
    const ids = async (options: Parameters<typeof planVerification>[0]) =>
      (await planVerification({ level: 'should', ...options })).checks.map(({ id }) => id)
    const rillis = await ids({ provider: 'rillis' })
    expect(rillis).toContain('signature/key-order')
    expect(rillis).not.toContain('signature/rotation')
    expect(rillis).not.toContain('auth/missing')
    const unico = await ids(OPTIONS.unico)
    expect(unico).toContain('auth/other-scheme')
    expect(unico.filter(id => /^(signature|freshness)/.test(id))).toEqual([])
    expect(await ids({ provider: 'unico' })).not.toContain('auth/missing')
    const older = await ids({ provider: 'kycgenie', settings: { signatureScheme: 'hex-body' } })
    expect(older).toContain('signature/missing')
    expect(older.filter(id => /freshness|timestamp/.test(id))).toEqual([])
    const transactions = { provider: 'rillis', channel: 'transaction' }
    expect(await ids(transactions)).not.toContain('signature/missing')
    expect(await ids({ ...transactions, settings: { transactionSigning: 'flow' }, secret: KEY })).toContain(
      'signature/missing',
    )
  })

  it('include those of level should only by level or complete id', async () => {
    const ids = async (options: { level?: 'must' | 'should'; only?: string[]; except?: string[] }) =>
      (await planVerification({ provider: 'rillis', ...options })).checks.map(({ id }) => id)
    expect(await ids({})).not.toContain('signature/numbers')
    expect(await ids({ level: 'should' })).toContain('signature/numbers')
    expect(await ids({ only: ['signature/numbers'] })).toEqual(['signature/numbers'])
    expect(await ids({ only: ['freshness'], except: ['freshness/garbage'] })).toEqual([
      'freshness/stale',
      'freshness/edge',
      'freshness/clock-ahead',
    ])
  })

  it('are chosen by the beginning of their ids; an unknown one is an error with a hint', async () => {
    await expect(planVerification({ provider: 'rillis', only: ['signatures'] })).rejects.toMatchObject({
      code: 'unknown_name',
      hint: 'Did you mean "signature"?',
    })
  })

  it('are at least one: a choice that leaves none is an error', async () => {
    const none = { code: 'usage', where: 'only', message: expect.stringContaining('No check is left') }
    await expect(planVerification({ provider: 'unico', only: ['signature'] })).rejects.toMatchObject(none)
    const contrary = { ...OPTIONS.rillis, to: 'http://127.0.0.1:9/', only: ['payload'], except: ['payload'] }
    await expect(verifyReceiver(contrary)).rejects.toMatchObject(none)
  })
})

describe('without evidence', () => {
  it('what the receiver did is not judged, and the exit code is 2', async () => {
    const report = await verified('rillis', {}, { blind: true, level: 'must', except: ['load'], onTestFinished })
    expect(idsOf(report, 'failed')).toEqual([])
    expect(idsOf(report, 'not judged')).toEqual([
      'idempotency/duplicate',
      'idempotency/distinct',
      'idempotency/late-duplicate',
      'idempotency/concurrent',
      'idempotency/lost-ack',
      'ordering/reversed',
      'ordering/late-after-final',
      'ordering/final-after-final',
      'ordering/subjects-apart',
      'http/truncated',
    ])
    expect(report.summary.exitCode).toBe(2)
    const why = report.verdicts.find(({ id }) => id === 'idempotency/duplicate')?.note
    expect(why).toContain('No observe URL was given')
  })

  it('an observe URL that does not show a plain request judges nothing', async () => {
    const observe = () => ({ effects: {}, states: {} })
    const report = await verified(
      'rillis',
      { again: true },
      { observe, only: ['idempotency/duplicate'], settleMs: 300, onTestFinished },
    )
    expect(report.verdicts[0]).toMatchObject({
      status: 'not judged',
      note: expect.stringContaining('no effect of one plain request'),
    })
  })

  it.each([-1, Number.NaN, 600_001])('a receiver that takes %s ms to act is refused', async settleMs => {
    const options = { ...OPTIONS.rillis, to: 'http://127.0.0.1:9/', settleMs }
    await expect(verifyReceiver(options)).rejects.toMatchObject({ code: 'usage', where: 'settle' })
  })

  it('a missing state is named by its path in the event', async () => {
    const observation = z.object({ effects: z.record(z.string(), z.number()) })
    const { url, observe } = await flawedReceiver('kycgenie', {}, onTestFinished)
    const report = await verifyReceiver({
      ...OPTIONS.kycgenie,
      to: url,
      observe: async () => {
        const { effects } = observation.parse(await (await fetch(observe)).json())
        return { effects, states: {} }
      },
      only: ['ordering/late-after-final', 'ordering/before-response'],
      settleMs: 300,
    })
    const [late, before] = report.verdicts
    expect(late).toMatchObject({
      status: 'not judged',
      note: expect.stringContaining('which is data.workflow_session_id of onboarding.completed'),
    })
    expect(before?.expected).toContain('which is data.workflow_session_id of onboarding.completed')
  })

  it('one effect that is lost does not keep the others from being judged', async () => {
    let number = 0
    const lost: number[] = []
    const flaw: Flaw = {
      // The baseline is one event and the check sends four: the next is the one that the observe URL is tried with.
      act(_visit, _event, good) {
        number++
        if (number !== 6) return good()
        lost.push(number)
      },
    }
    const report = await verified('transaction', flaw, { only: ['idempotency/distinct'], onTestFinished })
    expect(lost).toEqual([6])
    expect(report.verdicts).toMatchObject([{ id: 'idempotency/distinct', status: 'passed' }])
  })

  it('a receiver that cannot be reached is not judged at all', async () => {
    const report = await verifyReceiver({ ...OPTIONS.unico, to: 'http://127.0.0.1:9/nobody' })
    expect(report.summary).toMatchObject({ passed: 0, failed: 0, exitCode: 2 })
    for (const { note } of report.verdicts) expect(note).toContain('cannot be reached')
  })

  it('requests that are always signed need the secret', async () => {
    await expect(verifyReceiver({ provider: 'kycgenie', to: 'http://127.0.0.1:9/' })).rejects.toMatchObject({
      code: 'usage',
      where: 'secret',
    })
  })

  it('an empty secret is refused with the variable that printed commands read', async () => {
    await expect(verifyReceiver({ ...OPTIONS.rillis, secret: '', to: 'http://127.0.0.1:9/' })).rejects.toMatchObject({
      code: 'invalid_secret',
      hint: expect.stringContaining('STANDIN_SECRET'),
    })
  })
})

describe('a failure', () => {
  it('can be repeated with curl: the same request gets the same response', async () => {
    const flaw = { trusted: () => true }
    const report = await verified('kycgenie', flaw, { only: ['signature/wrong-secret'], onTestFinished })
    const [verdict] = report.verdicts
    expect(verdict).toMatchObject({
      status: 'failed',
      expected: expect.stringContaining('4xx'),
      seen: 'answered 200: ok',
    })
    const { stdout } = await runProcess('sh', ['-c', verdict?.again?.curl ?? 'false'])
    expect(stdout).toMatch(/^HTTP\/1.1 200/)
  })

  it('names the command, the documents and the exact request', async () => {
    const flaw = { trusted: () => true }
    const report = await verified('rillis', flaw, { only: ['signature/tampered-body'], onTestFinished })
    const [verdict] = report.verdicts
    expect(verdict?.documented[0]).toContain('Rillis, Webhooks Overview')
    expect(verdict?.again?.standin).toMatch(
      /^standin verify rillis --to 'http:.*' --channel flow --secret "\$STANDIN_SECRET" --observe '.*' --seed 7 --only signature\/tampered-body$/,
    )
    expect(verdict?.exchange).toMatchObject({ what: 'a request with one value changed after signing' })
    const { message, signedString = '' } = verdict?.exchange ?? {}
    const signed = JSON.parse(signedString.slice(signedString.indexOf('{')))
    const sent = JSON.parse(String(message?.body))
    expect(sent).toMatchObject({ type: 'FLOW_COMPLETED' })
    expect(Object.keys(sent).sort()).toEqual(Object.keys(signed).sort())
    expect(sent).not.toEqual(signed)
  })

  it('is repeated with its timeout, and mentions a signature only where one was sent', async () => {
    const flaw = { method: 200 }
    const only = ['http/method']
    const report = await verified('rillis', flaw, { only, timeoutMs: 4000, onTestFinished })
    const [verdict] = report.verdicts
    expect(verdict?.again?.standin).toContain(' --timeout 4000 --seed 7 --only http/method')
    expect(verdict?.exchange?.message.method).toBe('GET')
    expect(verdict?.again?.note).toBeNull()
    const signed = await verified(
      'rillis',
      { trusted: () => true },
      { only: ['signature/wrong-secret'], onTestFinished },
    )
    expect(signed.verdicts[0]?.again?.note).toMatch(/is valid until \d\d:\d\d:\d\d UTC\.$/)
    expect(signed.verdicts[0]?.again?.standin).not.toContain('--timeout')
  })

  it('of a should counts where level should was chosen', async () => {
    const flaw = { method: 200 }
    expect((await verified('unico', flaw, { level: 'must', only: ['http'], onTestFinished })).summary.exitCode).toBe(0)
    expect((await verified('unico', flaw, { level: 'should', only: ['http'], onTestFinished })).summary.exitCode).toBe(
      1,
    )
  })
})

it('is cancelled between checks by its signal', async () => {
  const { url } = await flawedReceiver('kycgenie', {}, onTestFinished)
  const controller = new AbortController()
  const report = await verifyReceiver({
    ...OPTIONS.kycgenie,
    secret: WHSEC,
    to: url,
    only: ['delivery', 'load'],
    signal: controller.signal,
    onVerdict: () => controller.abort(),
  })
  expect(idsOf(report, 'passed')).toEqual(['delivery/accepts'])
  expect(report.verdicts.at(-1)?.note).toBe('The verification was cancelled.')
})
