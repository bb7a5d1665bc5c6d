// HTTP as it really is: chunks, slow senders, broken connections, other methods.
import type { Bench, OnTheWire } from '../bench.js'
import type { Check } from '../check.js'
import { allOf, failed, isAccepted, judged, notJudged, passed, seen, statusOf } from '../judging.js'
import { effects } from '../observing.js'

const oneSent = async (bench: Bench, what: string, wire: OnTheWire) =>
  allOf(bench, 'accept', [{ what, sealed: await (await bench.letter()).seal(), wire }])

const TOXIPROXY = 'toxiproxy #50: what works on one host fails on a slow or choppy line.'

/** Real ms between messages on a connection that is kept: below and above what common servers keep it for. */
const PAUSES_MS = [900, 1900, 2900, 3900]

export const httpChecks: readonly Check[] = [
  {
    id: 'http/chunked',
    title: 'Accepts a body in chunks, without a content length.',
    level: 'should',
    expects: 'accept',
    why: [TOXIPROXY],
    run: bench => oneSent(bench, 'a valid message in chunks', { chunked: true }),
  },
  {
    id: 'http/slow-body',
    title: 'Accepts a body that takes three seconds to arrive.',
    level: 'should',
    expects: 'accept',
    why: [TOXIPROXY],
    run: bench => oneSent(bench, 'a valid message that dribbles in over three seconds', { slowBodyMs: 3000 }),
  },
  {
    id: 'http/split-packets',
    title: 'Accepts a message that arrives byte by byte.',
    level: 'should',
    expects: 'accept',
    why: [TOXIPROXY],
    run: bench => oneSent(bench, 'a valid message, one byte a packet', { packetBytes: 1 }),
  },
  {
    id: 'http/truncated',
    title: 'Does not act on a message whose end never comes, and lives on.',
    level: 'must',
    expects: 'survive',
    why: ['hypertrons #105: half a request was worked on.'],
    async run(bench) {
      const letter = await bench.letter()
      const what = 'a message that ends before its content length'
      const exchange = await bench.send(await letter.seal(), what, { missingBytes: 40 })
      if (isAccepted(exchange))
        return failed('no acceptance of a message that is not all there', seen(exchange), exchange)
      return effects(bench, letter, 0, exchange)
    },
  },
  {
    id: 'http/reset',
    title: 'Lives on when a connection is reset in the middle of a body.',
    level: 'must',
    expects: 'survive',
    why: ['An error on a socket that nobody handles ends many a process.'],
    async run(bench) {
      for (const cut of ['during', 'before'] as const)
        await bench.send(await (await bench.letter()).seal(), 'a connection that is reset', { cut })
      return passed()
    },
  },
  {
    id: 'http/keep-alive',
    title: 'Accepts fifty messages over kept connections, with pauses between them.',
    level: 'should',
    expects: 'accept',
    why: ['nodejs/node #20256: a server that gives up a connection early loses the message sent on it.'],
    async run(bench) {
      for (let i = 0; i < 50; i++) {
        const pause = i % 12 === 11 ? PAUSES_MS[Math.floor(i / 12)] : undefined
        if (pause !== undefined) await bench.pause(pause)
        const what = pause === undefined ? 'a valid message' : `a valid message after a pause of ${pause} ms`
        const finding = judged('accept', await bench.send(await (await bench.letter()).seal(), what))
        if (finding.status !== 'passed') return finding
      }
      return passed()
    },
  },
  {
    id: 'http/method',
    title: 'Refuses other methods than POST.',
    level: 'should',
    expects: 'refuse',
    why: ['A webhook that can be called by a link can be called by anybody who follows it.'],
    async run(bench) {
      const put = await (await bench.letter()).seal()
      const get = await (await bench.letter()).seal()
      const { url } = get.message
      return allOf(bench, 'refuse', [
        { what: 'a GET', sealed: { ...get, message: { method: 'GET', url, headers: [], body: '' } } },
        { what: 'a PUT of a valid message', sealed: { ...put, message: { ...put.message, method: 'PUT' } } },
      ])
    },
  },
  {
    id: 'http/redirect',
    title: 'Answers by itself: providers do not follow redirects.',
    level: 'must',
    expects: 'accept',
    evenSo: true,
    why: ['mollie docs #602: a redirect to the address with a slash or with https lost every webhook.'],
    async run(bench) {
      const exchange = await bench.send(await (await bench.letter()).seal(), 'a valid message')
      const status = statusOf(exchange)
      const elsewhere = status >= 300 && status < 400
      if (elsewhere) return failed('an answer that is no redirect', seen(exchange), exchange)
      return isAccepted(exchange) ? passed() : notJudged(`A good message was ${seen(exchange)}`)
    },
  },
]
