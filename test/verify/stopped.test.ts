// A receiver that stops in mid-run: one check fails, the others are not judged, and it takes seconds.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import type { Exchange } from '../../src/verify/exchange.js'
import { createLiveness } from '../../src/verify/liveness.js'
import type { Report } from '../../src/verify/report.js'
import { ReceiverStopped } from '../../src/verify/stop.js'
import { provenAmong, suspectsAmong } from '../../src/verify/suspects.js'
import { type Flaw, pause, type Visit } from './flawed-receiver.js'
import { answer } from './flaws/flaw-case.js'
import { idsOf, PATIENT, verified } from './verified.js'

// With more at once this process is late, and what ended a receiver is hard to tell from what came beside it.
vi.setConfig({ maxConcurrency: 3 })

const failed = ({ verdicts }: Report) => verdicts.filter(({ status }) => status === 'failed')

/** A process that a request ends; it is started again after so many real ms, or never. */
function mortal(kills: (visit: Visit) => boolean, againMs?: number): Flaw {
  let server: Server | undefined
  return {
    onServer: made => {
      server = made
    },
    first: visit => {
      if (server === undefined || !kills(visit)) return false
      const { port } = server.address() as AddressInfo
      server.close()
      server.closeAllConnections()
      if (againMs !== undefined) setTimeout(() => server?.listen(port, '127.0.0.1'), againMs)
      return true
    },
  }
}

const isPut = ({ request }: Visit) => request.method === 'PUT'

const exchange = (outcome: Exchange['outcome']): Exchange => ({
  what: 'a request',
  message: { method: 'POST', url: 'http://127.0.0.1/', headers: [], body: Buffer.from('{}') },
  wire: undefined,
  signedString: undefined,
  at: 0,
  outcome,
  answer: null,
  durationMs: 0,
})
const ANSWERED = exchange({ kind: 'answered', status: 200 })

/** The liveness of a receiver that answers plain requests so; no wait takes time. */
const livenessOf = (control: () => Promise<Exchange>) =>
  createLiveness({
    control,
    timeoutMs: 10_000,
    monotonic: () => performance.now(),
    alarm: (ms, fire) => {
      const timer = ms < 3000 ? setTimeout(fire, 0) : undefined
      return () => clearTimeout(timer)
    },
    lateSince: () => 0,
  })
const PLAIN = { isRisky: false, isProven: true, takesMs: 0, isCut: false, mayEndLater: false, what: 'a valid request' }

it('a message that is answered is left alone until a plain request is accepted: none that waits is sent to a process that has ended', async () => {
  let alive = true
  const now = () =>
    exchange(alive ? { kind: 'answered', status: 200 } : { kind: 'refused', detail: 'Nothing listens.' })
  const liveness = livenessOf(async () => now())
  liveness.begin(1)
  liveness.underway('tolerance/null')
  liveness.underway('delivery/prompt')
  const sent = liveness.send({
    ...PLAIN,
    ...{ check: 'tolerance/null', what: 'null', isRisky: true, isProven: false, mayEndLater: true },
    transmit: async () => {
      alive = false
      return ANSWERED
    },
  })
  let later = 0
  const waits = liveness.send({
    ...PLAIN,
    check: 'delivery/prompt',
    transmit: async () => {
      later++
      return now()
    },
  })
  await expect(sent).rejects.toMatchObject({ stop: { check: 'tolerance/null' } })
  await expect(waits).rejects.toBeInstanceOf(ReceiverStopped)
  expect(later).toBe(0)
})

it('a message unlike those that were accepted is beside none of another check, but where the receiver is slow', async () => {
  for (const isSlow of [false, true]) {
    const liveness = livenessOf(async () => ANSWERED)
    liveness.begin(1, isSlow)
    let answer = (_: Exchange) => {}
    const answered = new Promise<Exchange>(resolve => {
      answer = resolve
    })
    let besides = 0
    const strange = liveness.send({
      ...PLAIN,
      check: 'tolerance/extra-fields',
      isProven: false,
      transmit: () => answered,
    })
    const beside = liveness.send({
      ...PLAIN,
      check: 'delivery/prompt',
      transmit: async () => {
        besides++
        return ANSWERED
      },
    })
    await new Promise(resolve => setImmediate(resolve))
    expect(besides).toBe(isSlow ? 1 : 0)
    answer(ANSWERED)
    await Promise.all([strange, beside])
    expect(besides).toBe(1)
  }
})

it('a message that is still being sent is none of those whose number ends a receiver', () => {
  const sent = { isProven: false, began: 1, takesMs: 0, what: 'a request' }
  const strange = { ...sent, check: 'tolerance/null', isRisky: true, exchange: ANSWERED, ended: 2 }
  const slow = { ...sent, check: 'http/slow-body', isRisky: false, takesMs: 3000 }
  const [first, second] = [1, 2].map(() => ({ ...sent, check: 'delivery/prompt', isRisky: false, isProven: true }))
  const suspects = suspectsAmong([slow, slow, strange], 1, () => true)
  expect(provenAmong([slow, slow, strange], suspects, 1)).toEqual([])
  expect(
    provenAmong(
      [first, second, slow].flatMap(one => one ?? []),
      [],
      1,
    ),
  ).toEqual([first, second])
})

describe.concurrent('a receiver that', () => {
  // Of these two the moment counts at which it ends: other tests beside them would make this process late.
  it.sequential('ends of two plain requests at once, whatever the checks beside are, fails load/burst', async ({
    onTestFinished,
  }) => {
    let atOnce = 0
    const { onServer = () => {}, first = () => false } = mortal(() => atOnce > 1)
    const flaw: Flaw = {
      onServer,
      async first(visit, receiver) {
        atOnce++
        await pause(4)
        // The first come before checks run beside one another.
        const isOver = visit.number > 30 && (await first(visit, receiver))
        atOnce--
        return isOver
      },
    }
    const only = ['http/keep-alive', 'idempotency', 'tolerance', 'load/burst']
    const report = await verified('unico', flaw, { settings: PATIENT.unico, only, except: [], onTestFinished })
    expect(failed(report).map(({ id, seen }) => [id, seen])).toEqual([
      ['load/burst', expect.stringMatching(/^after \d+ plain valid requests? .*refused/)],
    ])
  })

  it.sequential('dies of one request fails that check alone; what came before keeps its verdict', async ({
    onTestFinished,
  }) => {
    const report = await verified('unico', mortal(isPut), { settings: PATIENT.unico, onTestFinished })
    const [only, ...more] = failed(report)
    expect(more).toEqual([])
    expect(only).toMatchObject({
      id: 'http/method',
      expected: 'the receiver keeps running and accepts a valid request',
      seen: expect.stringMatching(
        /^after a PUT of a valid request every valid request was refused.*; that was [\d.]+ m?s after the start$/,
      ),
    })
    for (const verdict of report.verdicts.filter(({ status }) => status === 'not judged'))
      expect(verdict).toMatchObject({
        cause: 'stopped',
        because: 'http/method',
        note: expect.stringMatching(/since http\/method sent a PUT of a valid request, .* after the start/),
      })
    expect(idsOf(report, 'passed').length).toBeGreaterThan(5)
    expect(report.summary.exitCode).toBe(1)
    expect(report.durationMs).toBeLessThan(30_000)
  })

  it('answers and dies of it a moment later fails the check whose message it was', async ({ onTestFinished }) => {
    let server: Server | undefined
    const flaw: Flaw = {
      onServer: made => {
        server = made
      },
      first: ({ bytes }) => {
        if (!bytes.includes('"flow":null')) return false
        setTimeout(() => {
          server?.close()
          server?.closeAllConnections()
        }, 5)
        return false
      },
    }
    const only = ['tolerance/null', 'http/slow-body', 'idempotency', 'delivery']
    const report = await verified('unico', flaw, { only, settings: PATIENT.unico, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['tolerance/null'])
  })

  it('dies before a check with many messages in flight ends nothing else', async ({ onTestFinished }) => {
    const only = ['http/method', 'http/idle-connections']
    const report = await verified('unico', mortal(isPut), { only, except: [], onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['http/method'])
    expect(report.verdicts.find(({ id }) => id === 'http/idle-connections')).toMatchObject({ because: 'http/method' })
  })

  it('dies of one request and is started again fails that check; all others are judged', async ({ onTestFinished }) => {
    const report = await verified('rillis', mortal(isPut, 700), { settings: PATIENT.rillis, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['http/method'])
    expect(idsOf(report, 'not judged')).toEqual([])
  })

  it('ends once of no request in particular and is started again fails the check whose message it was', async ({
    onTestFinished,
  }) => {
    let posts = 0
    const flaw = mortal(({ request }) => request.method === 'POST' && ++posts === 60, 1200)
    const only = ['tolerance', 'signature', 'idempotency/duplicate']
    const report = await verified('rillis', flaw, { settings: PATIENT.rillis, only, onTestFinished })
    expect(failed(report).map(({ seen }) => seen)).toEqual([expect.stringMatching(/refused.* run again alone/)])
    expect(idsOf(report, 'not judged')).toEqual([])
  })

  it('loses its process to a broken connection fails http/reset, and http/method is judged', async ({
    onTestFinished,
  }) => {
    let server: Server | undefined
    const flaw: Flaw = {
      onServer: made => {
        server = made
        made.on('clientError', error => {
          if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET' || !made.listening) return
          const { port } = made.address() as AddressInfo
          made.close()
          made.closeAllConnections()
          setTimeout(() => server?.listen(port, '127.0.0.1'), 500)
        })
      },
    }
    const only = ['http/reset', 'http/method', 'delivery', 'secrecy']
    const report = await verified('unico', flaw, { settings: PATIENT.unico, only, except: [], onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['http/reset'])
    expect(idsOf(report, 'not judged')).toEqual([])
  })

  it('hangs after a while costs seconds, and one check', async ({ onTestFinished }) => {
    const report = await verified(
      'rillis',
      { first: ({ number }) => number > 150 },
      { timeoutMs: 2000, onTestFinished },
    )
    const [only, ...more] = failed(report)
    expect(more).toEqual([])
    expect(only?.seen).toContain('timed out')
    for (const verdict of report.verdicts.filter(({ status }) => status === 'not judged'))
      expect(verdict).toMatchObject({ cause: 'stopped', because: only?.id })
    expect(report.durationMs).toBeLessThan(30_000)
  })

  it('hangs in the middle of a burst costs seconds too', async ({ onTestFinished }) => {
    const report = await verified(
      'rillis',
      { first: ({ number }) => number > 150 },
      { timeoutMs: 1000, settings: { responseTimeoutMs: 1000 }, only: ['load', 'secrecy'], onTestFinished },
    )
    expect(failed(report).map(({ id }) => id)).toEqual(['load/burst'])
    expect(report.verdicts.find(({ id }) => id === 'load/backlog')).toMatchObject({ because: 'load/burst' })
    expect(report.durationMs).toBeLessThan(30_000)
  })

  it('turns to 500 fails one check', async ({ onTestFinished }) => {
    const flaw: Flaw = { first: visit => visit.number > 150 && answer(visit, 500) }
    const report = await verified('kycgenie', flaw, { settings: PATIENT.kycgenie, onTestFinished })
    const [only, ...more] = failed(report)
    expect(more).toEqual([])
    expect(only?.seen).toContain('500')
    expect(report.verdicts.find(({ cause }) => cause === 'stopped')).toMatchObject({ because: only?.id })
    expect(report.durationMs).toBeLessThan(30_000)
  })

  it('fails once after it has acted is judged again by other events', async ({ onTestFinished }) => {
    const forged = new Set<unknown>()
    let failures = 0
    const flaw: Flaw = {
      untrusted: event => void forged.add(event.id),
      async act(visit, event, good) {
        await good()
        if (forged.has(event.id) && failures++ === 0) answer(visit, 500)
      },
    }
    const only = ['signature/missing']
    const report = await verified('rillis', flaw, { settings: PATIENT.rillis, only, onTestFinished })
    expect(report.verdicts.map(({ id, status, seen }) => [id, status, seen])).toEqual([
      ['signature/missing', 'passed', 'answered 401: no'],
    ])
  })

  it('ends of any request that it refuses fails the check of the plainest', async ({ onTestFinished }) => {
    const forged = (visit: Visit) => visit.header('authorization') === undefined
    const only = ['http/keep-alive', 'auth', 'tolerance', 'delivery']
    const report = await verified('unico', mortal(forged), {
      settings: PATIENT.unico,
      only,
      except: [],
      onTestFinished,
    })
    expect(failed(report).map(({ id }) => id)).toEqual(['auth/missing'])
  })

  it('fails each ninth time, whatever comes, fails load/burst alone', async ({ onTestFinished }) => {
    const flaw: Flaw = {
      async act(visit, _, good) {
        await good()
        if (visit.number > 30 && visit.number % 9 === 0) answer(visit, 500)
      },
    }
    const only = ['auth', 'tolerance', 'delivery/every-status', 'idempotency/distinct', 'ordering', 'load/burst']
    const report = await verified('unico', flaw, { settings: PATIENT.unico, only, onTestFinished })
    expect(failed(report).map(({ id, seen }) => [id, seen])).toEqual([
      ['load/burst', expect.stringMatching(/of \d+ .* were not; .* answered 500/)],
    ])
  })

  it('fails each ninth time fails load/burst alone where only a check that runs alone has met it', async ({
    onTestFinished,
  }) => {
    let met = 0
    const flaw: Flaw = {
      async act(visit, _, good) {
        await good()
        // The first come before checks run.
        if (visit.number > 23 && ++met % 9 === 1) answer(visit, 500)
      },
    }
    const only = ['idempotency/distinct', 'load/burst']
    const report = await verified('unico', flaw, { settings: PATIENT.unico, only, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['load/burst'])
    expect(idsOf(report, 'not judged')).toEqual([])
  })

  it('keeps only the last of events that come within moments fails load/burst alone', async ({ onTestFinished }) => {
    let last: (() => unknown) | undefined
    const flaw: Flaw = {
      act(_, __, good) {
        const flush = () => {
          void last?.()
          last = undefined
        }
        if (last === undefined) setTimeout(flush, 30)
        last = good
      },
    }
    const only = ['auth', 'idempotency/distinct', 'idempotency/duplicate', 'load/burst']
    const report = await verified('unico', flaw, { settings: PATIENT.unico, only, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['load/burst'])
  })

  it('answers 500 to the second of two at once fails load/burst alone', async ({ onTestFinished }) => {
    let isLocked = false
    const flaw: Flaw = {
      async act(visit, _, good) {
        if (isLocked) return void answer(visit, 500)
        isLocked = true
        await pause(3)
        await good()
        isLocked = false
      },
    }
    const only = ['auth', 'idempotency', 'http/broken-connections', 'http/reset', 'load/burst']
    const report = await verified('unico', flaw, { settings: PATIENT.unico, only, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['load/burst'])
  })

  it('acts on nothing more after one message, and answers as before, fails that check alone', async ({
    onTestFinished,
  }) => {
    let isOver = false
    const flaw: Flaw = {
      async act(_, event, good) {
        isOver ||= JSON.stringify(event).includes('"flow_id":null')
        if (!isOver) await good()
      },
    }
    const only = ['tolerance', 'signature', 'idempotency', 'load']
    const report = await verified('rillis', flaw, { settings: PATIENT.rillis, only, onTestFinished })
    expect(failed(report).map(({ id, seen }) => [id, seen])).toEqual([
      [
        'tolerance/null',
        expect.stringMatching(/^since .* with null for data.flow_id no accepted event has had an effect/),
      ],
    ])
    for (const verdict of report.verdicts.filter(({ status }) => status === 'not judged'))
      expect(verdict).toMatchObject({ cause: 'stopped', because: 'tolerance/null' })
  })

  it('loses effects of events that come at once fails the checks of load alone', async ({ onTestFinished }) => {
    let atOnce = 0
    const flaw: Flaw = {
      async act(_, __, good) {
        if (++atOnce === 1) {
          await pause(15)
          await good()
        }
        atOnce--
      },
    }
    const only = ['signature', 'freshness', 'load/burst', 'idempotency/distinct']
    const report = await verified('rillis', flaw, { settings: PATIENT.rillis, only, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['load/burst'])
    expect(idsOf(report, 'not judged')).toEqual([])
  })

  const atMostEight: Flaw = {
    onServer: server => {
      server.maxConnections = 8
    },
  }

  it('drops a ninth connection fails where ten come at once, and has not stopped', async ({ onTestFinished }) => {
    const only = ['idempotency/concurrent', 'ordering/subjects-apart', 'http/reset', 'http/broken-connections', 'retry']
    const report = await verified('rillis', atMostEight, { settings: PATIENT.rillis, only, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['idempotency/concurrent'])
    expect(idsOf(report, 'not judged')).toEqual([])
  })

  it('drops a ninth connection fails beside idle ones alone where the provider sends four at once', async ({
    onTestFinished,
  }) => {
    const settings = { ...PATIENT.rillis, concurrency: 4 }
    const except = ['http/keep-alive', 'http/slow-body', 'idempotency/concurrent', 'idempotency/late-duplicate-seconds']
    const report = await verified('rillis', atMostEight, { settings, except, onTestFinished })
    expect(failed(report).map(({ id }) => id)).toEqual(['http/idle-connections'])
    expect(idsOf(report, 'not judged')).toEqual([])
  })
})
