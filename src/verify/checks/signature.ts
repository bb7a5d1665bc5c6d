// Signatures: the receiver rejects what is not validly signed and accepts what is, however the JSON is written.
import type { JsonObject } from '../../core/json.js'
import { escaped, reversedKeys, withRawField, withText } from '../../core/mutate/payload.js'
import { changedHeaders, withoutHeaders } from '../../core/mutate/request.js'
import { reencoded } from '../../core/mutate/signature.js'
import type { Check } from '../check.js'
import type { Situation, TestHarness } from '../harness.js'
import { signedNames, type TestEvent, tamperedBody, withBody, withHeaders } from '../test-event.js'
import { judgeAll, type Trial } from './judge.js'

const signs = ({ signs }: Situation) => signs
const canonical = ({ signs, traits }: Situation) => signs && traits.signedOver === 'canonical'

/** Characters that JSON libraries, encodings and re-serialising frameworks get wrong. */
const TEXT = 'Zoë Ñandú 東京 👩🏽‍💻 e\u0301 ﬁ \u2028 \u00a0 </script> a/b "quoted" back\\slash'

/** An event with that text in place of a free one. */
async function eventWithText(harness: TestHarness): Promise<{ event: TestEvent; value: JsonObject }> {
  const { freeText } = harness.situation.traits
  const event = await harness.event(freeText && { type: freeText.type })
  return { event, value: withText(event.value, freeText?.path, TEXT) as JsonObject }
}

/** Sends valid requests with their signature headers changed. */
async function refusesHeaders(
  harness: TestHarness,
  ways: readonly [what: string, change: (value: string) => string][],
) {
  const { signatureHeaders } = harness.situation.traits
  const trials: Trial[] = []
  for (const [what, change] of ways) {
    const valid = await harness.request()
    trials.push({ what, request: withHeaders(valid, headers => changedHeaders(headers, signatureHeaders, change)) })
  }
  return judgeAll(harness, 'reject', trials)
}

export const signatureChecks: readonly Check[] = [
  {
    id: 'signature/missing',
    requirement: 'reject a request without a signature',
    level: 'must',
    expects: 'reject',
    why: ['activepieces #13306: a missing header crashed the handler.'],
    applies: signs,
    async run(harness) {
      const { signatureHeaders } = harness.situation.traits
      const [first, second] = [await harness.request(), await harness.request()]
      return judgeAll(harness, 'reject', [
        {
          what: 'a request without its signature',
          request: withHeaders(first, headers => withoutHeaders(headers, signatureHeaders)),
        },
        {
          what: 'a request without any header of the signature',
          request: withHeaders(second, headers => withoutHeaders(headers, signedNames(second))),
        },
      ])
    },
  },
  {
    id: 'signature/wrong-secret',
    requirement: 'reject a request signed with another secret',
    level: 'must',
    expects: 'reject',
    why: ['Otherwise anyone who knows the URL can send anything.'],
    applies: signs,
    async run(harness) {
      const request = await harness.request({ secret: harness.wrongSecret })
      return judgeAll(harness, 'reject', [{ what: 'a request signed with another secret', request }])
    },
  },
  {
    id: 'signature/tampered-body',
    requirement: 'reject a request whose body was changed after signing',
    level: 'must',
    expects: 'reject',
    why: ['A signature that does not cover the body proves nothing about it.'],
    applies: signs,
    async run(harness) {
      const event = await harness.event()
      const request = withBody(await event.sign(), tamperedBody(event, harness.situation.traits))
      return judgeAll(harness, 'reject', [{ what: 'a request with one value changed after signing', request }])
    },
  },
  {
    id: 'signature/truncated',
    requirement: 'reject a truncated signature with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['A constant-time comparison throws where lengths differ.'],
    applies: signs,
    run: harness =>
      refusesHeaders(harness, [
        ['a signature without its last character', value => value.slice(0, -1)],
        ['half a signature', value => value.slice(0, Math.ceil(value.length / 2))],
      ]),
  },
  {
    id: 'signature/empty',
    requirement: 'reject an empty signature with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['An empty header is present and proves nothing.'],
    applies: signs,
    run: harness => refusesHeaders(harness, [['an empty signature', () => '']]),
  },
  {
    id: 'signature/other-encoding',
    requirement: 'reject a signature in another encoding with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['Hex read as base64, or the reverse, has another length, and a constant-time comparison throws.'],
    applies: signs,
    run: harness => refusesHeaders(harness, [['the signature in another encoding', reencoded]]),
  },
  {
    id: 'signature/other-header-timestamp',
    requirement: 'reject a request whose timestamp header was changed after signing',
    level: 'must',
    expects: 'reject',
    why: ['The signature covers the timestamp; a receiver that leaves it out takes an old request for a new one.'],
    applies: ({ signs, traits }) => signs && traits.timestampHeader !== undefined,
    async run(harness) {
      const { timestampHeader = '' } = harness.situation.traits
      const request = withHeaders(await harness.request(), headers =>
        changedHeaders(headers, [timestampHeader], value => String(Number(value) - 1)),
      )
      return judgeAll(harness, 'reject', [{ what: 'a request with another timestamp than was signed', request }])
    },
  },
  {
    id: 'signature/key-order',
    requirement: 'accept the same JSON with its keys in another order: the signature covers sorted keys',
    level: 'must',
    expects: 'accept',
    why: ['A signature over canonical JSON does not depend on the order in which keys are sent.'],
    applies: canonical,
    async run(harness) {
      const event = await harness.event()
      const request = await event.sign({ body: JSON.stringify(reversedKeys(event.value)) })
      return judgeAll(harness, 'accept', [{ what: 'a valid request with its keys in another order', request }])
    },
  },
  {
    id: 'signature/whitespace',
    requirement: 'treat whitespace as the scheme does: ignored in canonical JSON, signed in raw bytes',
    level: 'must',
    expects: 'accept',
    why: ['stripe-node #341, DFXswiss #1700: a body that is parsed and written again is not what was signed.'],
    applies: signs,
    async run(harness) {
      const event = await harness.event()
      const signed = await judgeAll(harness, 'accept', [
        {
          what: 'a valid request with indented JSON',
          request: await event.sign({ body: JSON.stringify(event.value, null, 2) }),
        },
      ])
      if (signed.status !== 'passed' || canonical(harness.situation)) return signed
      const other = await harness.event()
      const request = withBody(await other.sign(), JSON.stringify(other.value, null, 2))
      return judgeAll(harness, 'reject', [{ what: 'a request whose whitespace was changed after signing', request }])
    },
  },
  {
    id: 'signature/unicode',
    requirement: 'accept accents, emoji, combining marks, escapes and line separators in values',
    level: 'must',
    expects: 'accept',
    why: ['github/docs #3567, octokit webhooks.js #1155: a body read or written in another encoding never verifies.'],
    applies: signs,
    async run(harness) {
      const trials: Trial[] = []
      for (const [how, write] of [
        ['', (text: string) => text],
        [', written as escapes', escaped],
      ] as const) {
        const { event, value } = await eventWithText(harness)
        const request = await event.sign({ body: write(JSON.stringify(value)) })
        trials.push({ what: `a valid request with all sorts of characters${how}`, request })
      }
      return judgeAll(harness, 'accept', trials)
    },
  },
  {
    id: 'signature/numbers',
    requirement: 'accept large integers, decimals and exponents',
    level: 'should',
    expects: 'accept',
    why: ['Numbers that are parsed and written again may be spelled otherwise, which changes the signature.'],
    applies: signs,
    async run(harness) {
      const event = await harness.event()
      // In canonical JSON only numbers that every JSON library writes alike are fair.
      const numbers = canonical(harness.situation)
        ? '[9007199254740991,-1,0.5,1234.56]'
        : '[9007199254740991,12345678901234567890,1.0,0.10,1e3,-0]'
      const request = await event.sign({ body: withRawField(event.body, numbers) })
      return judgeAll(harness, 'accept', [{ what: 'a valid request with all sorts of numbers', request }])
    },
  },
  {
    id: 'signature/rotation',
    requirement: 'accept a request with two signatures of which the second is valid',
    level: 'should',
    expects: 'accept',
    why: ['octokit webhooks.js #770: while a secret is rotated, messages are signed with both.'],
    applies: ({ signs, traits }) => signs && traits.severalSignatures === true,
    async run(harness) {
      const event = await harness.event()
      const { secret = '' } = harness
      const request = await event.sign({ secret: harness.wrongSecret, previousSecret: secret })
      return judgeAll(harness, 'accept', [
        { what: 'a valid request with two signatures, the second one valid', request },
      ])
    },
  },
]
