// HTTP as it happens: chunked bodies, slow senders, bodies that are cut, other methods.

import { withMethod } from '../../core/mutate/request.js'
import type { Wire } from '../../core/wire.js'
import type { Check } from '../check.js'
import { isAccepted, seen } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import { withHeaders } from '../test-event.js'
import { acceptsAll, judgeEffects, judgeRefused } from './effects.js'
import { failed, isRedirect, notJudged, passed, worst } from './judge.js'
import { eventWithText } from './signed-body.js'

const sendOne = async (harness: TestHarness, what: string, wire: Wire) =>
  acceptsAll(harness, [{ what, request: await harness.request(), wire }])

const TOXIPROXY = 'toxiproxy #50: what works on one host fails on a slow or unreliable network.'

/** How much of a body is missing at most: what identifies an event stands at its beginning. */
const MISSING_BYTES = 40

/** Longer than an answer takes, real ms. */
const PAUSE_MS = 500

/** Some receivers give a body no more time, real ms. */
const LONG_MS = 900

/** A receiver that takes the first packet for the whole body fails wherever it is not. */
const SPLIT = ['http/split-packets']

export const httpChecks: readonly Check[] = [
  {
    id: 'http/chunked',
    follows: SPLIT,
    requirement: 'accept a chunked body without a content length',
    level: 'should',
    expects: 'accept',
    why: [TOXIPROXY],
    run: harness => sendOne(harness, 'a valid request in chunks', { chunked: true }),
  },
  {
    id: 'http/slow-body',
    follows: SPLIT,
    requirement: 'accept a body that takes three seconds to arrive, or pauses for one and a half',
    level: 'should',
    expects: 'accept',
    takes: { requests: 1, waitMs: 3000 },
    isTimed: true,
    why: [TOXIPROXY],
    async run(harness) {
      const sent = [
        sendOne(harness, 'a valid request that takes three seconds to send', { slowBodyMs: 3000 }),
        sendOne(harness, 'a valid request with a pause of 1.5 seconds in its body', { pauseBodyMs: 1500 }),
      ]
      return worst(await Promise.all(sent))
    },
  },
  {
    id: 'http/split-packets',
    // It has characters beyond ASCII.
    follows: ['signature/unicode', 'payload/unicode'],
    requirement: 'accept a request that arrives byte by byte',
    level: 'should',
    expects: 'accept',
    takes: { requests: 1, waitMs: 800 },
    isTimed: true,
    why: [TOXIPROXY],
    async run(harness) {
      // A character that is cut in two is lost where each piece is decoded by itself.
      const { event, value } = await eventWithText(harness, 'Zoë Ñandú 東京')
      const request = await event.sign({ body: event.encode(value) })
      const finding = await acceptsAll(harness, [
        { what: 'a valid request, one byte a packet', request, wire: { packetBytes: 1 } },
      ])
      // So many packets take their time: a receiver that gives a body less may be in want of that.
      const isLong = finding.status === 'failed' && (finding.exchange?.durationMs ?? 0) > LONG_MS
      return isLong ? { ...finding, follows: ['http/slow-body'] } : finding
    },
  },
  {
    id: 'http/truncated',
    requirement: 'NOT act on a request whose body is incomplete',
    level: 'must',
    expects: 'survive',
    why: ['hypertrons #105: the receiver acted on half a request.'],
    async run(harness) {
      const event = await harness.event()
      const request = await event.sign()
      const missingBytes = Math.min(MISSING_BYTES, Math.ceil(request.message.body.length / 2))
      const exchange = await harness.send(request, 'a request whose body is cut before its end', { missingBytes })
      const effect = await judgeEffects(harness, event, 0, exchange)
      if (effect.status !== 'passed') return effect
      if (isAccepted(exchange)) {
        // What is kept to be sorted out later, as an inbox does, is no lost event; one that says yes unread loses it.
        // Not the duration of the exchange, of which the stalls of this machine are no part.
        const began = harness.monotonic()
        const paused = await harness.send(await harness.request(), 'a valid request with a pause in its body', {
          pauseBodyMs: PAUSE_MS,
        })
        if (isAccepted(paused) && harness.monotonic() - began < PAUSE_MS / 2)
          return failed('an answer after the whole body', `${seen(exchange)}, and so before the body came`, exchange)
      }
      // Nothing of it may be kept: the whole request comes again.
      return judgeRefused(harness, event, [])
    },
  },
  {
    id: 'http/method',
    requirement: 'reject other methods than POST',
    level: 'should',
    expects: 'reject',
    why: ['Whoever opens a link sends a GET: it must not trigger anything.'],
    async run(harness) {
      const event = await harness.event()
      const request = await event.sign()
      // One at a time, so that it is known which one a receiver dies of.
      return judgeRefused({ ...harness, atOnce: () => 1 }, event, [
        // As a browser sends it that opens the URL.
        { what: 'a GET', request: { ...request, message: { ...withMethod(request.message, 'GET'), headers: [] } } },
        {
          what: 'a PUT of a valid request',
          request: { ...request, message: withMethod(request.message, 'PUT') },
        },
      ])
    },
  },
  {
    id: 'http/header-case',
    requirement: 'accept header names in capitals and in lower case',
    level: 'must',
    expects: 'accept',
    why: ['RFC 9110, section 5.1: field names are case-insensitive; proxies and HTTP/2 write them in lower case.'],
    async run(harness) {
      const written = async (write: (name: string) => string) =>
        withHeaders(await harness.request(), headers => headers.map(([name, value]) => [write(name), value]))
      return acceptsAll(harness, [
        {
          what: 'a valid request with its header names in capitals',
          request: await written(name => name.toUpperCase()),
        },
        {
          what: 'a valid request with its header names in lower case',
          request: await written(name => name.toLowerCase()),
        },
      ])
    },
  },
  {
    id: 'http/expect-continue',
    follows: SPLIT,
    requirement: 'accept a request that asks for 100 Continue before its body',
    level: 'should',
    expects: 'accept',
    why: [
      'RFC 9110, section 10.1.1: a server answers 100 or ignores it, and a client sends the body in any case; curl and .NET ask by themselves.',
    ],
    run: harness => sendOne(harness, 'a valid request with Expect: 100-continue', { expectContinue: true }),
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
      if (isRedirect(exchange)) return failed('an answer without a redirect', seen(exchange), exchange)
      return isAccepted(exchange) ? passed() : notJudged(`A valid request was ${seen(exchange)}`)
    },
  },
]
