// Payloads: large ones, malformed ones, and the ways a content type can be written.
import { type JsonObject, valueAt, withValueAt } from '../../core/json.js'
import { keyPaths, malformed, paddedWithField, withInvalidUtf8, withRawField } from '../../core/mutate/payload.js'
import { withContentType } from '../../core/mutate/request.js'
import { keyHeaderOf, keyOf } from '../../provider/idempotency-key.js'
import type { Check } from '../check.js'
import { type Exchange, isAccepted, statusOf } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import { type SignOptions, type TestEvent, withHeaders } from '../test-event.js'
import { acceptsAll, judgeEffects, judgeNoneLostLater } from './effects.js'
import { failed, judgeAll, judged, notJudged, passed, worst } from './judge.js'
import { acceptsAnyText, eventWithText, orOfField } from './signed-body.js'

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

const DEPTH = 2000

/** Sends a validly signed request with such a text, which JSON writes as an escape. */
async function survivesText(harness: TestHarness, text: string, words: string) {
  const { event, value } = await eventWithText(harness, text)
  const request = await event.sign({ body: event.encode(value) })
  return orOfField(harness, await judgeAll(harness, 'survive', [{ what: `a valid request with ${words}`, request }]))
}

/** A malformed body that was accepted. */
interface Kept {
  what: string
  event: TestEvent
  exchange: Exchange
}

/** What languages write for a key that is not there. */
const NAMELESS = /^(?:|none|null|nil|undefined|nan|\[object object\])$/i

/** How often the receiver acted on events without a key; undefined where that cannot be seen. */
async function namelessOf({ settling }: TestHarness): Promise<number | undefined> {
  const seen = await settling?.observe()
  if (seen === undefined || 'why' in seen) return undefined
  return Object.entries(seen.effects)
    .filter(([key]) => key.split(':').every(part => NAMELESS.test(part)))
    .reduce((sum, [, count]) => sum + count, 0)
}

/** That nothing was made of accepted bodies without a key, after the wait for their effects. */
async function judgeNameless(harness: TestHarness, before: number, kept: readonly Kept[]): Promise<Finding> {
  const [first] = kept
  const more = ((await namelessOf(harness)) ?? before) - before
  if (first === undefined || more <= 0) return passed()
  const seen = `it was accepted, and the observe URL shows ${more} effects more under no key, as "None" or "null"`
  return failed(`a 4xx answer to ${first.what}, or no effect of it`, seen, first.exchange)
}

/**
 * What decoders make of the byte of an é in Latin-1, and should not: that letter, or nothing. U+FFFD in its place is what the text of a request
 * is in the Fetch standard, in `Buffer.toString` and in Go's `encoding/json`.
 */
const READINGS = ['\u00e9', '']

/** That a body which is JSON in Latin-1 only is not acted on: its key has a letter beyond ASCII, which tells how it was read. */
async function judgeUnread(harness: TestHarness): Promise<Finding> {
  const event = await harness.event()
  const { traits } = harness.situation
  const at = keyPaths(traits).find(
    path => path !== traits.typePath && event.key?.split(':')[0] === valueAt(event.value, path),
  )
  const known = at === undefined ? undefined : valueAt(event.value, at)
  if (at === undefined || typeof known !== 'string') return notJudged('The key of this event is no text.')
  const reading = (letter: string) => withValueAt(event.value, at, `${known}${letter}`) as JsonObject
  const json = event.encode(reading('\u00e9')).replaceAll(/[\u0100-\uffff]/g, '?')
  const request = await event.sign(signing(Buffer.from(json, 'latin1')))
  const what = 'JSON whose id ends in a byte that is not UTF-8'
  const exchange = await harness.send(request, what)
  if (!isAccepted(exchange)) return judged('reject', exchange)
  const found = READINGS.map(async letter => {
    const key = keyOf(traits, request.message.headers, reading(letter))
    const effect = await judgeEffects(harness, { ...event, key }, 0, exchange)
    if (effect.status !== 'failed') return effect
    return failed(
      `a 4xx answer to ${what}, or no effect of it`,
      `it was accepted, and ${effect.seen} of ${key}`,
      exchange,
    )
  })
  const finding = worst(await Promise.all(found))
  return finding.status === 'passed' ? passed('Accepted without an effect.') : finding
}

export const payloadChecks: readonly Check[] = [
  {
    id: 'payload/large',
    requirement: 'accept a large request, or reject it with 413',
    level: 'must',
    expects: 'survive',
    why: ["shopify-app-js #233: bodies above the framework's default limit failed."],
    // What makes it large is an unknown field.
    follows: ['tolerance/extra-fields'],
    async run(harness) {
      for (const [what, bytes] of [
        ['a valid request of 100 kB', 100_000],
        ['a valid request of 1 MB', 1_000_000],
      ] as const) {
        const event = await harness.event()
        const request = await event.sign({ body: paddedWithField(event.value, bytes, event.encode) })
        const exchange = await harness.send(request, what)
        const finding = judged('accept', exchange)
        if (finding.status === 'failed' && statusOf(exchange) !== 413)
          return { ...finding, expected: `a 2xx or 413 answer to ${what}` }
        judgeNoneLostLater(harness, [{ what, request }])
      }
      return passed()
    },
  },
  {
    id: 'payload/malformed',
    requirement: 'reject a body that is not a JSON object with a 4xx, or accept it without acting on it',
    level: 'must',
    expects: 'reject',
    why: [
      'A 5xx, or no answer, says that an error was not handled: the sender sees a broken receiver, and the same body breaks it again.',
    ],
    async run(harness) {
      const kept: Kept[] = []
      const before = await namelessOf(harness)
      for (const [what, malform] of MALFORMED) {
        const event = await harness.event()
        const exchange = await harness.send(await event.sign(signing(malform(event.body) ?? '')), what)
        if (isAccepted(exchange)) kept.push({ what, event, exchange })
        else {
          const rejected = judged('reject', exchange)
          if (rejected.status !== 'passed') return rejected
        }
      }
      // An inbox may take whatever comes and sort it out later.
      const found = kept.map(async ({ what, event, exchange }) => {
        const effect = await judgeEffects(harness, event, 0, exchange)
        if (effect.status === 'failed')
          return failed(`a 4xx answer to ${what}, or no effect of it`, `it was accepted, and ${effect.seen}`, exchange)
        if (effect.status === 'passed') return effect
        return notJudged(`The receiver accepted ${what}; whether it acted on it is unknown: ${effect.why}`)
      })
      const finding = worst(await Promise.all(found))
      if (finding.status !== 'passed') return finding
      const nameless = before === undefined ? passed() : await judgeNameless(harness, before, kept)
      if (nameless.status !== 'passed') return nameless
      // RFC 8259, section 8.1: a parser may ignore a byte order mark, so accepting it is no defect.
      const marked = await harness.event()
      const request = await marked.sign({ body: `\ufeff${marked.body}` })
      const survived = await judgeAll(harness, 'survive', [{ what: 'JSON after a byte order mark', request }])
      if (survived.status !== 'passed' || kept.length === 0) return survived
      return passed(`Accepted without an effect: ${kept.map(({ what }) => what).join(', ')}.`)
    },
  },
  {
    id: 'payload/invalid-utf8',
    requirement: 'reject JSON whose id ends in a byte that is not UTF-8 with a 4xx, or accept it without acting on it',
    level: 'should',
    expects: 'reject',
    why: [
      'RFC 8259, section 8.1: JSON is UTF-8. A decoder that reads Latin-1, or drops the byte, acts under an id that nobody has sent.',
    ],
    applies: ({ traits }) => keyHeaderOf(traits) === undefined,
    follows: ['payload/malformed'],
    run: judgeUnread,
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
      const accepted = await acceptsAll(harness, [
        { what: 'a valid request with a charset', request: await typed('application/json; charset=utf-8') },
      ])
      if (accepted.status !== 'passed') return accepted
      return judgeAll(harness, 'survive', [
        { what: 'a request without a content type', request: await typed(null) },
        { what: 'a request with the content type text/plain', request: await typed('text/plain') },
      ])
    },
  },
  {
    id: 'payload/unicode',
    requirement: 'accept accents, emoji, combining marks, quotes and escapes in values',
    level: 'must',
    expects: 'accept',
    why: [
      'Names have them: a column, a log or a terminal in another encoding fails at a character that needs four bytes of UTF-8.',
    ],
    // Where requests are signed, signature/unicode sends the same.
    applies: ({ signs }) => !signs,
    run: acceptsAnyText,
  },
  {
    id: 'payload/null-character',
    requirement: 'survive the character U+0000 in a value',
    level: 'should',
    expects: 'survive',
    why: ['JSON allows it as \\u0000; columns of type text or jsonb in PostgreSQL do not.'],
    run: harness => survivesText(harness, 'a\u0000b', 'U+0000 in a value'),
  },
  {
    id: 'payload/lone-surrogate',
    requirement: 'survive half of a surrogate pair in a value',
    level: 'should',
    expects: 'survive',
    why: [
      'JSON allows \\ud83d alone (RFC 8259, section 8.2); UTF-8 cannot hold it, so encoding it again throws in Python.',
    ],
    run: harness => survivesText(harness, 'cut \ud83d', 'a lone surrogate in a value'),
  },
  {
    id: 'payload/deep-nesting',
    follows: ['payload/malformed'],
    requirement: 'survive arrays nested two thousand deep',
    level: 'should',
    expects: 'survive',
    why: [
      "A parser that recurses gives up by an error of its own, which is no syntax error: Python's is RecursionError.",
    ],
    async run(harness) {
      const event = await harness.event()
      const body = withRawField(event.body, `${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`)
      return judgeAll(harness, 'survive', [
        { what: `a valid request with arrays nested ${DEPTH} deep`, request: await event.sign({ body }) },
      ])
    },
  },
]
