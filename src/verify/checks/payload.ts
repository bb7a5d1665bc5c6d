// Payloads: large ones, broken ones, and the ways a content type can be written.
import { changed, padded, withBody, withDoubledKey, withHeaders, without } from '../bend.js'
import type { Check } from '../check.js'
import { allOf, judged, passed, statusOf, type Trial } from '../judging.js'

const CONTENT_TYPE = ['content-type']

export const payloadChecks: readonly Check[] = [
  {
    id: 'payload/large',
    title: 'Takes a large message, or says plainly that it is too large (413).',
    level: 'must',
    expects: 'survive',
    why: ["shopify-app-js #233: bodies above the framework's default limit failed."],
    async run(bench) {
      for (const [what, bytes] of [
        ['a valid message of 100 kB', 100_000],
        ['a valid message of 1 MB', 1_000_000],
      ] as const) {
        const letter = await bench.letter()
        const exchange = await bench.send(await letter.seal({ body: padded(letter.value, bytes) }), what)
        const finding = judged('accept', exchange)
        if (finding.status === 'failed' && statusOf(exchange) !== 413)
          return { ...finding, expected: `a 2xx or 413 answer to ${what}` }
      }
      return passed()
    },
  },
  {
    id: 'payload/malformed',
    title: 'Refuses what is no JSON object, without an error of its own.',
    level: 'must',
    expects: 'refuse',
    why: ['A 5xx would have it sent again and again, and it will never become better.'],
    async run(bench) {
      const trials: Trial[] = []
      const signedAs = async (what: string, bend: (body: string) => string) => {
        const letter = await bench.letter()
        trials.push({ what, sealed: await letter.seal({ body: bend(letter.body) }) })
      }
      await signedAs('JSON that is cut in the middle', body => body.slice(0, Math.floor(body.length / 2)))
      await signedAs('a JSON array', body => `[${body}]`)
      await signedAs('JSON null', () => 'null')
      await signedAs('an empty body', () => '')
      const bytes = Buffer.from(`{\u0000${(await bench.letter()).body.slice(1)}`)
      // Signed is what a lenient decoder makes of the bytes.
      bytes[1] = 0xff
      const letter = await bench.letter()
      const sealed = await letter.seal({ body: bytes.toString('utf8') })
      trials.push({ what: 'a body that is not UTF-8', sealed: withBody(sealed, bytes) })
      const refused = await allOf(bench, 'refuse', trials)
      if (refused.status !== 'passed') return refused
      // RFC 8259, section 8.1: a parser may ignore a byte order mark, so taking it is no defect.
      const marked = await bench.letter()
      return allOf(bench, 'survive', [
        { what: 'JSON after a byte order mark', sealed: await marked.seal({ body: `\ufeff${marked.body}` }) },
      ])
    },
  },
  {
    id: 'payload/duplicate-keys',
    title: 'Survives JSON with a key twice.',
    level: 'should',
    expects: 'survive',
    why: ['Parsers differ in what they make of it; none should fall over it.'],
    applies: ({ signs }) => signs,
    async run(bench) {
      const letter = await bench.letter()
      const sealed = await letter.seal({ body: withDoubledKey(letter.value) })
      return allOf(bench, 'survive', [{ what: 'JSON with a key twice', sealed }])
    },
  },
  {
    id: 'payload/content-type',
    title: 'Accepts a charset after the content type, and survives another type or none.',
    level: 'should',
    expects: 'survive',
    why: ['Senders differ in how they write it; a framework that skips the body for it sees an empty one.'],
    async run(bench) {
      const typed = async (type: string) =>
        withHeaders(
          await (await bench.letter()).seal(),
          changed(CONTENT_TYPE, () => type),
        )
      const charset = await typed('application/json; charset=utf-8')
      const accepted = await allOf(bench, 'accept', [{ what: 'a valid message with a charset', sealed: charset }])
      if (accepted.status !== 'passed') return accepted
      const bare = withHeaders(await (await bench.letter()).seal(), without(CONTENT_TYPE))
      return allOf(bench, 'survive', [
        { what: 'a message without a content type', sealed: bare },
        { what: 'a message that calls itself text/plain', sealed: await typed('text/plain') },
      ])
    },
  },
]
