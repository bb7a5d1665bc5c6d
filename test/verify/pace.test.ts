// How fast a verification goes: it tells how far it is, does not wait for a slow receiver twice, and blames none for a busy machine.
import { describe, expect, it } from 'vitest'
import { idempotencyChecks } from '../../src/verify/checks/idempotency.js'
import type { TestHarness } from '../../src/verify/harness.js'
import { isSlowReceiver } from '../../src/verify/pace.js'
import type { CheckProgress } from '../../src/verify/progress.js'
import { verify } from '../../src/verify/verification.js'
import type { Harness } from '../../src/verify/verification-harness.js'
import { flawedReceiver, type OnFinished, pause, type Visit } from './flawed-receiver.js'
import { OPTIONS, PATIENT, verified } from './verified.js'

const ANSWER_MS = 150

/** A right receiver that takes its time, and counts what it answers. */
function slow(): { flaw: { first(visit: Visit): Promise<boolean> }; answered(): number } {
  let answers = 0
  return {
    flaw: {
      async first() {
        await pause(ANSWER_MS)
        answers++
        return false
      },
    },
    answered: () => answers,
  }
}

/** Keeps this process from doing anything else for so many real ms, again and again, until the test is over. */
function busyMachine(blockMs: number, everyMs: number, onTestFinished: OnFinished): void {
  const timer = setInterval(() => {
    const until = performance.now() + blockMs
    while (performance.now() < until);
  }, everyMs)
  onTestFinished(async () => clearInterval(timer))
}

it.each([
  ['answers at once', 20, 150, [], false],
  ['took long beside others on a busy machine', 200, 150, [130, 90], false],
  ['takes long alone on a busy machine too', 200, 150, Array.from({ length: 10 }, () => 150), true],
  ['takes long on an idle machine', 200, 1, [], true],
  ['takes longer than a busy machine is late', 900, 150, [], true],
])('a receiver that %s is asked again alone only where that may tell', async (_, usualMs, lateMs, times, isSlow) => {
  const left = [...times]
  const harness: Pick<Harness, 'forCheck' | 'lateSince'> = {
    lateSince: () => lateMs,
    forCheck: () =>
      ({
        request: async () => ({}),
        send: async () => ({ outcome: { kind: 'answered', status: 200 }, durationMs: left.shift() }),
      }) as unknown as ReturnType<Harness['forCheck']>,
  }
  expect(await isSlowReceiver(harness, usualMs, 0)).toBe(isSlow)
  expect(left).toEqual([])
})

it.each([
  ['the machine is not', 0, 84, 4200],
  ['this machine is too', 100, 350, 17_500],
  ['this machine is not late enough for it', 30, 116, 5800],
])(
  'between an event and its late copy a receiver that is slow where %s gets other events',
  async (_, lateMs, most, ms) => {
    const check = idempotencyChecks.find(({ id }) => id === 'idempotency/late-duplicate-seconds')
    let [now, others] = [0, 0]
    const harness = {
      isAgain: false,
      monotonic: () => now,
      wall: () => now,
      lateSince: () => lateMs,
      later: () => {},
      pause: async () => {},
      event: async () => ({ sign: async () => ({}) }),
      request: async () => ({}),
      send: async (_request: unknown, what: string) => {
        if (what.startsWith('another')) {
          others++
          // Four at once take 200 ms together.
          now += 50
        }
        return { outcome: { kind: 'answered', status: 200 }, durationMs: 200, answer: null }
      },
    }
    await check?.run(harness as unknown as TestHarness)
    expect([others, now]).toEqual([most, ms])
  },
)

describe('a verification', () => {
  it('tells how far it is, after each verdict, and how much time is left', async ({ onTestFinished }) => {
    const { url } = await flawedReceiver('unico', {}, onTestFinished)
    const told: CheckProgress[] = []
    const onProgress = (progress: CheckProgress) => void told.push(progress)
    const { report } = await verify({ ...OPTIONS.unico, to: url, only: ['auth', 'tolerance'], onProgress })
    const total = report.verdicts.length
    expect(told.every(one => one.total === total)).toBe(true)
    expect(told.map(({ done }) => done)).toEqual(told.map(({ done }) => done).sort((a, b) => a - b))
    expect(told[0]).toMatchObject({ done: 0, leftMs: expect.any(Number) })
    expect(told.at(-1)).toEqual({ done: total, total, leftMs: 0 })
    expect(told[0]?.leftMs).toBeGreaterThan(0)
  })

  it('of a slow receiver has several requests in flight', async ({ onTestFinished }) => {
    const { flaw, answered } = slow()
    const only = ['delivery/accepts', 'signature', 'freshness', 'payload']
    const report = await verified('rillis', flaw, { settings: PATIENT.rillis, only, onTestFinished })
    expect(report.summary).toMatchObject({ failed: 0, notJudged: 0 })
    expect(report.durationMs).toBeLessThan((answered() * ANSWER_MS) / 2)
  })

  it('on a busy machine fails no right receiver for its time', async ({ onTestFinished }) => {
    busyMachine(150, 250, onTestFinished)
    const only = ['http/split-packets', 'http/chunked']
    const report = await verified('unico', {}, { timeoutMs: 1000, only, onTestFinished })
    expect(report.verdicts.filter(({ status }) => status === 'failed')).toEqual([])
    for (const { cause, note } of report.verdicts.filter(({ status }) => status === 'not judged'))
      expect({ cause, note }).toMatchObject({ cause: 'slow machine', note: expect.stringMatching(/too slow to judge/) })
  })
})
