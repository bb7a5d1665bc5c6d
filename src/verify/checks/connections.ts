// Connections as they are: kept, silent, reset, and broken in the middle of a body.

import { withoutHeaders } from '../../core/mutate/request.js'
import type { Wire } from '../../core/wire.js'
import type { Check } from '../check.js'
import { type Exchange, isAccepted, isRejected, seen } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import { signedNames, withHeaders } from '../test-event.js'
import { sendUntilAnswered } from './busy.js'
import { failed, judgeAll, judged, notJudged, passed, type Trial } from './judge.js'

/** More connections than a small pool has workers. */
const BROKEN = 40
const IDLE = 12

/** Time for the receiver to see that connections are broken, real ms. */
const NOTICED_MS = 200

/** How long idle connections are silent, and how long they have been when a request comes, real ms. */
const IDLE_MS = 1500
const FIRST_MS = 100

/** Real ms between requests on a kept-alive connection: below and above the keep-alive timeouts of common servers. */
const PAUSES_MS = [900, 1900, 2900, 3900]

/** The check of kept connections. */
export const KEEP_ALIVE = 'http/keep-alive'

/** Where these fail, the receiver fails at a request without a signature or credentials. */
const UNCREDENTIALED = ['signature/missing', 'auth/missing']

/** How long a connection is watched after an answer, real ms. */
const KEPT_MS = 250

/** That the receiver keeps the connection of a valid request, and of one that it refuses. */
async function judgeKept(harness: TestHarness): Promise<Finding> {
  const [valid, other] = [await harness.request(), await harness.request()]
  // One at a time, so that it is known which one a receiver dies of.
  const sent = [await harness.send(valid, 'a valid request whose connection is kept', { keptMs: KEPT_MS })]
  if (signedNames(other).length > 0) {
    const refused = withHeaders(other, headers => withoutHeaders(headers, signedNames(other)))
    const what = 'a request without a signature or credentials, and the same again on its connection'
    sent.push(await harness.send(refused, what, { keptMs: KEPT_MS, again: true }))
  }
  const bad = sent.find(({ outcome }) => outcome.kind === 'reset')
  if (bad === undefined) return passed()
  const expected = `the connection of ${bad.what} can be used again, or is closed with "Connection: close"`
  if (!bad.wire?.again) return failed(expected, seen(bad), bad)
  // One that fails at such a request ends its connection for that reason.
  const alone = await harness.send(bad.message, 'the same request on a connection of its own', {})
  return failed(expected, seen(bad), bad, isRejected(alone) ? [] : UNCREDENTIALED)
}

export const connectionChecks: readonly Check[] = [
  {
    id: 'http/reset',
    requirement: 'keep serving after a connection is reset before or during a body',
    level: 'must',
    expects: 'survive',
    why: ['An unhandled socket error ends many a process.'],
    exclusive: true,
    async run(harness) {
      for (const cut of ['during', 'before'] as const)
        await harness.send(await harness.request(), 'a connection that is reset', { cut })
      // A process that ends of it may take a moment; the next check's messages are not to be blamed.
      await harness.pause(NOTICED_MS)
      return passed()
    },
  },
  {
    id: KEEP_ALIVE,
    requirement:
      'accept fifty requests over kept-alive connections, with pauses of up to four seconds, and keep the connection of a request that it refuses, or announce its end',
    level: 'should',
    expects: 'accept',
    takes: { requests: 50, waitMs: 9600 },
    why: ['nodejs/node #20256: a server that closes an idle connection early loses the request sent on it.'],
    async run(harness) {
      const kept = await judgeKept(harness)
      if (kept.status !== 'passed') return kept
      for (const pause of [0, ...PAUSES_MS]) {
        if (pause > 0) await harness.pause(pause)
        const trials: Trial[] = []
        for (let i = 0; i < 10; i++) {
          const what = pause > 0 && i === 0 ? `a valid request after a pause of ${pause} ms` : 'a valid request'
          trials.push({ what, request: await harness.request() })
        }
        const finding = await judgeAll(harness, 'accept', trials)
        if (finding.status !== 'passed') return finding
      }
      return passed()
    },
  },
  {
    id: 'http/broken-connections',
    requirement: 'keep serving after forty connections broke in the middle of a body',
    level: 'must',
    expects: 'survive',
    why: [
      'A worker, or a place in a limit, that is lost with each broken connection is missed only when none is left.',
    ],
    follows: ['http/reset'],
    exclusive: true,
    async run(harness) {
      const request = await harness.request()
      const one = async (what: string, wire?: Wire) => sendUntilAnswered(harness, await harness.request(), what, wire)
      const some = async (what: string, wire?: Wire) => {
        const sent = await Promise.all(Array.from({ length: 3 }, () => one(what, wire)))
        // What only several at once are refused is judged elsewhere.
        return sent.every(isAccepted) ? sent : [await one(what, wire)]
      }
      // A kept connection has its worker already; but a receiver may have no place for others beside those that are kept.
      const before = await some('a valid request before any connection broke', {})
      await Promise.all(
        Array.from({ length: BROKEN }, () => harness.send(request, 'a connection that is reset', { cut: 'during' })),
      )
      await harness.pause(NOTICED_MS)
      const what = `a valid request after ${BROKEN} broken connections`
      for (const exchange of await some(what, before.every(isAccepted) ? {} : undefined)) {
        const finding = judged('accept', exchange)
        if (finding.status !== 'passed') return finding
      }
      return passed()
    },
  },
  {
    id: 'http/idle-connections',
    // A body that comes behind its headers comes in a packet of its own.
    follows: ['http/broken-connections', 'http/split-packets'],
    requirement: 'answer while a dozen other connections are open and silent',
    level: 'should',
    expects: 'accept',
    why: [
      'Proxies and browsers open connections before they need them; a server that reads one connection at a time waits for the silent one.',
    ],
    exclusive: true,
    async run(harness) {
      const beside = async () => {
        const [silent, good] = [await harness.request(), await harness.request()]
        const idle = Array.from({ length: IDLE }, () =>
          harness.send(silent, 'a connection that stays silent', { idleMs: IDLE_MS, cut: 'before' }),
        )
        // The silent connections are there first.
        await harness.pause(FIRST_MS)
        const exchange = await harness.send(good, `a valid request beside ${IDLE} silent connections`, {})
        // Both are without the time in which this process stood still.
        const silentMs = Math.min(...(await Promise.all(idle)).map(({ durationMs }) => durationMs))
        return { exchange, isLate: exchange.durationMs > 0.7 * silentMs }
      }
      const first = await beside()
      const finding = judged('accept', first.exchange)
      if (finding.status !== 'passed' || !first.isLate) return finding
      const alone = await harness.send(await harness.request(), 'a valid request with no connection beside it', {})
      // The second time a busy machine is no reason any more.
      const { exchange, isLate } = await beside()
      if (!isLate) return judged('accept', exchange)
      const ms = (one: Exchange) => `${Math.round(one.durationMs)} ms`
      if (alone.durationMs > IDLE_MS / 2)
        return notJudged(`The receiver takes ${ms(alone)} for a valid request anyway.`)
      return failed(
        'an answer while the other connections are silent',
        `${seen(exchange)}, but only when they were closed, after ${ms(exchange)} (alone ${ms(alone)})`,
        exchange,
      )
    },
  },
]
