// HTTP as it happens: chunked bodies, slow senders, broken connections, other methods.

import { withMethod } from '../../core/mutate/request.js'
import type { Wire } from '../../core/wire.js'
import type { Check } from '../check.js'
import { isAccepted, seen, statusOf } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import { judgeEffects } from './effects.js'
import { failed, judgeAll, judged, notJudged, passed } from './judge.js'

const sendOne = async (harness: TestHarness, what: string, wire: Wire) =>
  judgeAll(harness, 'accept', [{ what, request: await harness.request(), wire }])

const TOXIPROXY = 'toxiproxy #50: what works on one host fails on a slow or unreliable network.'

/** Real ms between requests on a kept-alive connection: below and above the keep-alive timeouts of common servers. */
const PAUSES_MS = [900, 1900, 2900, 3900]

export const httpChecks: readonly Check[] = [
  {
    id: 'http/chunked',
    requirement: 'accept a chunked body without a content length',
    level: 'should',
    expects: 'accept',
    why: [TOXIPROXY],
    run: harness => sendOne(harness, 'a valid request in chunks', { chunked: true }),
  },
  {
    id: 'http/slow-body',
    requirement: 'accept a body that takes three seconds to arrive',
    level: 'should',
    expects: 'accept',
    why: [TOXIPROXY],
    run: harness => sendOne(harness, 'a valid request that takes three seconds to send', { slowBodyMs: 3000 }),
  },
  {
    id: 'http/split-packets',
    requirement: 'accept a request that arrives byte by byte',
    level: 'should',
    expects: 'accept',
    why: [TOXIPROXY],
    run: harness => sendOne(harness, 'a valid request, one byte a packet', { packetBytes: 1 }),
  },
  {
    id: 'http/truncated',
    requirement: 'NOT act on a request whose body is incomplete',
    level: 'must',
    expects: 'survive',
    why: ['hypertrons #105: the receiver acted on half a request.'],
    async run(harness) {
      const event = await harness.event()
      const what = 'a request that ends before its content length'
      const exchange = await harness.send(await event.sign(), what, { missingBytes: 40 })
      if (isAccepted(exchange)) return failed('an incomplete request is not accepted', seen(exchange), exchange)
      return judgeEffects(harness, event, 0, exchange)
    },
  },
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
      return passed()
    },
  },
  {
    id: 'http/keep-alive',
    requirement: 'accept fifty requests over kept-alive connections, with pauses of up to four seconds',
    level: 'should',
    expects: 'accept',
    why: ['nodejs/node #20256: a server that closes an idle connection early loses the request sent on it.'],
    async run(harness) {
      for (let i = 0; i < 50; i++) {
        const pause = i % 12 === 11 ? PAUSES_MS[Math.floor(i / 12)] : undefined
        if (pause !== undefined) await harness.pause(pause)
        const what = pause === undefined ? 'a valid request' : `a valid request after a pause of ${pause} ms`
        const finding = judged('accept', await harness.send(await harness.request(), what))
        if (finding.status !== 'passed') return finding
      }
      return passed()
    },
  },
  {
    id: 'http/method',
    requirement: 'reject other methods than POST',
    level: 'should',
    expects: 'reject',
    why: ['Whoever opens a link sends a GET: it must not trigger anything.'],
    async run(harness) {
      const [get, put] = [await harness.request(), await harness.request()]
      return judgeAll(harness, 'reject', [
        // As a browser sends it that opens the URL.
        { what: 'a GET', request: { ...get, message: { ...withMethod(get.message, 'GET'), headers: [] } } },
        { what: 'a PUT of a valid request', request: { ...put, message: withMethod(put.message, 'PUT') } },
      ])
    },
  },
  {
    id: 'http/redirect',
    requirement: 'answer without a redirect: the provider is assumed not to follow one',
    level: 'should',
    expects: 'accept',
    runsAfterBaselineFailure: true,
    why: ['mollie docs #602: a redirect to a URL with a slash or with https lost every webhook.'],
    async run(harness) {
      const exchange = await harness.send(await harness.request(), 'a valid request')
      const status = statusOf(exchange)
      if (status >= 300 && status < 400) return failed('an answer without a redirect', seen(exchange), exchange)
      return isAccepted(exchange) ? passed() : notJudged(`A valid request was ${seen(exchange)}`)
    },
  },
]
