// Payloads: large ones, malformed ones, and the ways a content type can be written.
import { malformed, paddedWithField, withInvalidUtf8 } from '../../core/mutate/payload.js'
import { withContentType } from '../../core/mutate/request.js'
import type { Check } from '../check.js'
import { statusOf } from '../exchange.js'
import { type SignOptions, withHeaders } from '../test-event.js'
import { judgeAll, judged, notJudged, passed, type Trial } from './judge.js'

/** Signing a malformed body: bytes are signed as they are sent; their text is what a lenient decoder makes of them. */
const signing = (body: string | Uint8Array): SignOptions =>
  typeof body === 'string' ? { body } : { body: Buffer.from(body).toString('utf8'), bytes: body }

const MALFORMED: readonly [what: string, malform: (body: string) => string | Uint8Array | undefined][] = [
  ['JSON that is cut in the middle', body => malformed(body, 'truncated')],
  ['a JSON array', body => malformed(body, 'array')],
  ['JSON null', () => 'null'],
  ['an empty body', body => malformed(body, 'empty')],
  // Outside any text: a lenient decoder must not make JSON of it.
  ['a body that is not UTF-8', body => withInvalidUtf8(body, 1)],
]

export const payloadChecks: readonly Check[] = [
  {
    id: 'payload/large',
    requirement: 'accept a large request, or reject it with 413',
    level: 'must',
    expects: 'survive',
    why: ["shopify-app-js #233: bodies above the framework's default limit failed."],
    async run(harness) {
      for (const [what, bytes] of [
        ['a valid request of 100 kB', 100_000],
        ['a valid request of 1 MB', 1_000_000],
      ] as const) {
        const event = await harness.event()
        const body = paddedWithField(event.value, bytes, event.encode)
        const exchange = await harness.send(await event.sign({ body }), what)
        const finding = judged('accept', exchange)
        if (finding.status === 'failed' && statusOf(exchange) !== 413)
          return { ...finding, expected: `a 2xx or 413 answer to ${what}` }
      }
      return passed()
    },
  },
  {
    id: 'payload/malformed',
    requirement: 'reject a body that is not a JSON object with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['After a 5xx the provider sends it again and again, and it never gets better.'],
    async run(harness) {
      const trials: Trial[] = []
      for (const [what, malform] of MALFORMED) {
        const event = await harness.event()
        trials.push({ what, request: await event.sign(signing(malform(event.body) ?? '')) })
      }
      const rejected = await judgeAll(harness, 'reject', trials)
      if (rejected.status !== 'passed') return rejected
      // RFC 8259, section 8.1: a parser may ignore a byte order mark, so accepting it is no defect.
      const marked = await harness.event()
      const request = await marked.sign({ body: `\ufeff${marked.body}` })
      return judgeAll(harness, 'survive', [{ what: 'JSON after a byte order mark', request }])
    },
  },
  {
    id: 'payload/duplicate-keys',
    requirement: 'survive JSON with a duplicate key',
    level: 'should',
    expects: 'survive',
    why: ['Parsers differ in which of the two they keep; none should fail.'],
    applies: ({ signs }) => signs,
    async run(harness) {
      const event = await harness.event()
      const body = malformed(event.body, 'duplicateKeys')
      if (typeof body !== 'string') return notJudged('The payload has no key to repeat.')
      return judgeAll(harness, 'survive', [{ what: 'JSON with a duplicate key', request: await event.sign({ body }) }])
    },
  },
  {
    id: 'payload/content-type',
    requirement: 'accept a charset in the content type, and survive another content type or none',
    level: 'should',
    expects: 'survive',
    why: ['Senders differ in how they write it; a framework that skips the body because of it sees an empty one.'],
    async run(harness) {
      const typed = async (type: string | null) =>
        withHeaders(await harness.request(), headers => withContentType(headers, type))
      const accepted = await judgeAll(harness, 'accept', [
        { what: 'a valid request with a charset', request: await typed('application/json; charset=utf-8') },
      ])
      if (accepted.status !== 'passed') return accepted
      return judgeAll(harness, 'survive', [
        { what: 'a request without a content type', request: await typed(null) },
        { what: 'a request with the content type text/plain', request: await typed('text/plain') },
      ])
    },
  },
]
