// Valid signatures: the receiver accepts what is validly signed, however the JSON is written.
import type { JsonObject } from '../../core/json.js'
import { escaped, reversedKeys, withRawField, withText } from '../../core/mutate/payload.js'
import { changedHeaders } from '../../core/mutate/request.js'
import type { Check } from '../check.js'
import { isAccepted } from '../exchange.js'
import type { Finding } from '../finding.js'
import type { TestHarness } from '../harness.js'
import type { Situation } from '../situation.js'
import { type TestEvent, withHeaders } from '../test-event.js'
import { sendUntilTaken } from './busy.js'
import { acceptsAll } from './effects.js'
import type { Trial } from './judge.js'

const signs = ({ signs }: Situation) => signs
const canonical = ({ signs, traits }: Situation) => signs && traits.signedOver === 'canonical'

/** Characters that encodings and re-serialising frameworks get wrong, and that every JSON writer can leave as they are. */
const TEXT = 'Zoë Ñandú 東京 👩🏽‍💻 e\u0301 ﬁ \u00a0 a/b "quoted" back\\slash'

/** Characters that some JSON writers escape whatever they are told: Go's the first two, and the others by default. */
const ESCAPED_BY_SOME = 'one\u2028two\u2029three <b>R&D</b>'

/** An event with a text in place of a free one. */
export async function eventWithText(
  harness: TestHarness,
  text: string,
): Promise<{ event: TestEvent; value: JsonObject }> {
  const { freeText } = harness.situation.traits
  const event = await harness.event(freeText && { type: freeText.type })
  return { event, value: withText(event.value, freeText?.path, text) as JsonObject }
}

/** Sends validly signed requests with such a text, as characters and as escapes. */
async function acceptsText(harness: TestHarness, text: string, words: string) {
  const trials: Trial[] = []
  for (const [how, write] of [
    ['', (json: string) => json],
    [', written as escapes', (json: string) => escaped(json)],
  ] as const) {
    const { event, value } = await eventWithText(harness, text)
    const request = await event.sign({ body: write(JSON.stringify(value)) })
    trials.push({ what: `a valid request with ${words}${how}`, request })
  }
  return orOfField(harness, await acceptsAll(harness, trials))
}

/** A failure of a text that stands in an unknown field, for want of a free one: it follows from the field where a plain text fails there too. */
export async function orOfField(harness: TestHarness, finding: Finding): Promise<Finding> {
  if (finding.status !== 'failed' || harness.situation.traits.freeText !== undefined) return finding
  const { event, value } = await eventWithText(harness, 'plain')
  const exchange = await sendUntilTaken(harness, event, 'a valid request with an unknown field', {
    body: event.encode(value),
  })
  return isAccepted(exchange)
    ? finding
    : { ...finding, follows: [...(finding.follows ?? []), 'tolerance/extra-fields'] }
}

/** Sends events with all sorts of characters, which are to be accepted. */
export const acceptsAnyText = (harness: TestHarness) => acceptsText(harness, TEXT, 'all sorts of characters')

export const signedBodyChecks: readonly Check[] = [
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
      return acceptsAll(harness, [{ what: 'a valid request with its keys in another order', request }])
    },
  },
  {
    id: 'signature/whitespace',
    requirement: 'accept the same JSON indented, as it was signed',
    level: 'must',
    expects: 'accept',
    why: ['stripe-node #341, DFXswiss #1700: a body that is parsed and written again is not what was signed.'],
    applies: signs,
    async run(harness) {
      const event = await harness.event()
      const request = await event.sign({ body: JSON.stringify(event.value, null, 2) })
      return acceptsAll(harness, [{ what: 'a valid request with indented JSON', request }])
    },
  },
  {
    id: 'signature/body-bytes',
    requirement: 'accept a body with whitespace at its ends or CRLF line ends, as it was signed',
    level: 'must',
    expects: 'accept',
    why: ['Whitespace around JSON is legal (RFC 8259, section 2), and a signature covers every byte of a raw body.'],
    applies: signs,
    follows: ['signature/whitespace'],
    async run(harness) {
      const trials: Trial[] = []
      for (const [what, write] of [
        ['a valid request with a newline at its end', (event: TestEvent) => `${event.body}\n`],
        ['a valid request with spaces around its body', (event: TestEvent) => `  ${event.body}  `],
        [
          'a valid request with CRLF line ends',
          (event: TestEvent) => `${JSON.stringify(event.value, null, 2).replaceAll('\n', '\r\n')}\r\n`,
        ],
      ] as const) {
        const event = await harness.event()
        trials.push({ what, request: await event.sign({ body: write(event) }) })
      }
      return acceptsAll(harness, trials)
    },
  },
  {
    id: 'signature/unicode',
    requirement: 'accept accents, emoji, combining marks, quotes and escapes in values',
    level: 'must',
    expects: 'accept',
    why: ['github/docs #3567, octokit webhooks.js #1155: a body read or written in another encoding never verifies.'],
    applies: signs,
    run: acceptsAnyText,
  },
  {
    id: 'signature/escapes',
    requirement: 'accept line separators (U+2028, U+2029) and <, >, & in values',
    level: 'should',
    expects: 'accept',
    why: [
      "Go's encoding/json writes <, > and & as escapes unless it is told not to, and U+2028 and U+2029 always; PHP's json_encode the latter too: JSON that is written again in this way is not what was signed.",
    ],
    applies: signs,
    follows: ['signature/unicode', 'signature/whitespace'],
    run: harness => acceptsText(harness, ESCAPED_BY_SOME, 'line separators and HTML'),
  },
  {
    id: 'signature/numbers',
    requirement: 'accept large integers, decimals and exponents',
    level: 'should',
    expects: 'accept',
    follows: ['tolerance/extra-fields'],
    why: ['Numbers that are parsed and written again may be spelled otherwise, which changes the signature.'],
    applies: signs,
    async run(harness) {
      const event = await harness.event()
      // Canonical JSON is that of JSON.stringify: these are written in its way, and larger integers are lost in it.
      const numbers = canonical(harness.situation)
        ? '[9007199254740991,-1,0.5,1234.56,1e-7,1e+21]'
        : '[9007199254740991,12345678901234567890,1.0,0.10,1e3,-0]'
      const request = await event.sign({ body: withRawField(event.body, numbers) })
      return acceptsAll(harness, [{ what: 'a valid request with all sorts of numbers', request }])
    },
  },
  {
    id: 'signature/rotation',
    requirement: 'accept a request with two signatures of which one is valid, the second or the first',
    level: 'should',
    expects: 'accept',
    why: ['octokit webhooks.js #770: while a secret is rotated, messages are signed with both.'],
    applies: ({ signs, traits }) => signs && traits.severalSignatures === true,
    async run(harness) {
      const event = await harness.event()
      const { secret = '' } = harness
      const other = await harness.event()
      const { wrongSecret } = harness
      return acceptsAll(harness, [
        {
          what: 'a valid request with two signatures, the second one valid',
          request: await event.sign({ secret: wrongSecret, previousSecret: secret }),
        },
        {
          what: 'a valid request with two signatures, the first one valid',
          request: await other.sign({ secret, previousSecret: wrongSecret }),
        },
      ])
    },
  },
  {
    id: 'signature/unknown-version',
    requirement: 'accept a valid signature beside signatures of versions that it does not know',
    level: 'should',
    expects: 'accept',
    why: [
      'Standard Webhooks, "Webhook headers": signatures of several versions may stand in one header, v1a beside v1.',
    ],
    applies: ({ signs, traits }) => signs && traits.severalSignatures === true,
    follows: ['signature/rotation'],
    async run(harness) {
      const { signatureHeaders } = harness.situation.traits
      const others = `v1a,${Buffer.alloc(64, 7).toString('base64')} v9,unknown`
      const request = withHeaders(await harness.request(), headers =>
        changedHeaders(headers, signatureHeaders, valid => `${others} ${valid}`),
      )
      return acceptsAll(harness, [
        { what: 'a valid request with signatures of other versions before its own', request },
      ])
    },
  },
]
