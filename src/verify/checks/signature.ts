// Signatures: what is not signed right is refused, what is signed right is accepted however it is written.
import type { JsonObject } from '../../core/json.js'
import type { Bench, Letter, Situation } from '../bench.js'
import {
  changed,
  escaped,
  reencoded,
  reversedKeys,
  tampered,
  withBody,
  withHeaders,
  without,
  withRawField,
  withText,
} from '../bend.js'
import type { Check } from '../check.js'
import { allOf, type Trial } from '../judging.js'

const signs = ({ signs }: Situation) => signs
const canonical = ({ signs, traits }: Situation) => signs && traits.signedOver === 'canonical'

/** Paths that a change must leave alone: another type or id would be another message. */
export const spared = ({ traits }: Situation): string[] =>
  [traits.typePath, traits.idempotencyKey, ...(traits.enumPaths ?? [])].filter(path => path !== undefined)

/** What JSON libraries, encodings and re-serialising frameworks stumble over. */
const TEXT = 'Zoë Ñandú 東京 👩🏽‍💻 e\u0301 ﬁ \u2028 \u00a0 </script> a/b "quoted" back\\slash'

/** A letter whose free text is taken by another. */
async function withLetterText(bench: Bench): Promise<{ letter: Letter; value: JsonObject }> {
  const { freeText } = bench.situation.traits
  const letter = await bench.letter(freeText && { type: freeText.type })
  return { letter, value: withText(letter.value, freeText?.path, TEXT) as JsonObject }
}

async function refusedHeaders(bench: Bench, ways: readonly [what: string, change: (value: string) => string][]) {
  const trials: Trial[] = []
  for (const [what, change] of ways) {
    const sealed = await (await bench.letter()).seal()
    trials.push({ what, sealed: withHeaders(sealed, changed(bench.situation.traits.signatureHeaders, change)) })
  }
  return allOf(bench, 'refuse', trials)
}

export const signatureChecks: readonly Check[] = [
  {
    id: 'signature/missing',
    title: 'Refuses a message without a signature.',
    level: 'must',
    expects: 'refuse',
    why: ['activepieces #13306: a missing header crashed the handler.'],
    applies: signs,
    async run(bench) {
      const { signatureHeaders } = bench.situation.traits
      const [first, second] = [await (await bench.letter()).seal(), await (await bench.letter()).seal()]
      const all = second.signed.map(([name]) => name.toLowerCase())
      return allOf(bench, 'refuse', [
        { what: 'a message without its signature', sealed: withHeaders(first, without(signatureHeaders)) },
        { what: 'a message without any header of the signature', sealed: withHeaders(second, without(all)) },
      ])
    },
  },
  {
    id: 'signature/wrong-secret',
    title: 'Refuses a message signed with another secret.',
    level: 'must',
    expects: 'refuse',
    why: ['Whoever knows the URL could send anything.'],
    applies: signs,
    run: async bench =>
      allOf(bench, 'refuse', [
        {
          what: 'a message signed with another secret',
          sealed: await (await bench.letter()).seal({ secret: bench.strangerSecret }),
        },
      ]),
  },
  {
    id: 'signature/tampered-body',
    title: 'Refuses a message in which one value was changed after it was signed.',
    level: 'must',
    expects: 'refuse',
    why: ['A signature that does not cover the body proves nothing about it.'],
    applies: signs,
    async run(bench) {
      const letter = await bench.letter()
      const body = tampered(letter.body, letter.value, spared(bench.situation))
      return allOf(bench, 'refuse', [
        { what: 'a message with one value changed after signing', sealed: withBody(await letter.seal(), body) },
      ])
    },
  },
  {
    id: 'signature/truncated',
    title: 'Refuses a signature that is cut short, without an error of its own.',
    level: 'must',
    expects: 'refuse',
    why: ['Comparing in constant time throws where lengths differ.'],
    applies: signs,
    run: bench =>
      refusedHeaders(bench, [
        ['a signature without its last character', value => value.slice(0, -1)],
        ['half a signature', value => value.slice(0, Math.ceil(value.length / 2))],
      ]),
  },
  {
    id: 'signature/empty',
    title: 'Refuses an empty signature, without an error of its own.',
    level: 'must',
    expects: 'refuse',
    why: ['An empty header is there and yet proves nothing.'],
    applies: signs,
    run: bench => refusedHeaders(bench, [['an empty signature', () => '']]),
  },
  {
    id: 'signature/other-encoding',
    title: 'Refuses a signature in another encoding, without an error of its own.',
    level: 'must',
    expects: 'refuse',
    why: ['Hex read as base64, or the reverse, has another length: comparing throws.'],
    applies: signs,
    run: bench => refusedHeaders(bench, [['the signature in another encoding', reencoded]]),
  },
  {
    id: 'signature/other-header-timestamp',
    title: 'Refuses a message whose timestamp header was changed after signing.',
    level: 'must',
    expects: 'refuse',
    why: ['The timestamp is part of what is signed; left out, an old message can be made new.'],
    applies: ({ signs, traits }) => signs && traits.timestampHeader !== undefined,
    async run(bench) {
      const { timestampHeader = '' } = bench.situation.traits
      const sealed = await (await bench.letter()).seal()
      const change = changed([timestampHeader], value => String(Number(value) - 1))
      return allOf(bench, 'refuse', [
        { what: 'a message with another timestamp than was signed', sealed: withHeaders(sealed, change) },
      ])
    },
  },
  {
    id: 'signature/key-order',
    title: 'Accepts the same JSON with its keys in another order: the signature is over sorted keys.',
    level: 'must',
    expects: 'accept',
    why: ['A signature over canonical JSON does not depend on the order in which keys are sent.'],
    applies: canonical,
    async run(bench) {
      const letter = await bench.letter()
      const sealed = await letter.seal({ body: JSON.stringify(reversedKeys(letter.value)) })
      return allOf(bench, 'accept', [{ what: 'a valid message with its keys in another order', sealed }])
    },
  },
  {
    id: 'signature/whitespace',
    title: 'Judges whitespace as the scheme does: of no weight over canonical JSON, part of it over raw bytes.',
    level: 'must',
    expects: 'accept',
    why: ['stripe-node #341, DFXswiss #1700: a body that is parsed and written again is not what was signed.'],
    applies: signs,
    async run(bench) {
      const letter = await bench.letter()
      const pretty = JSON.stringify(letter.value, null, 2)
      const signed = await allOf(bench, 'accept', [
        { what: 'a valid message with indented JSON', sealed: await letter.seal({ body: pretty }) },
      ])
      if (signed.status !== 'passed' || canonical(bench.situation)) return signed
      const other = await bench.letter()
      const sealed = withBody(await other.seal(), JSON.stringify(other.value, null, 2))
      return allOf(bench, 'refuse', [{ what: 'a message whose whitespace was changed after signing', sealed }])
    },
  },
  {
    id: 'signature/unicode',
    title: 'Accepts accents, emoji, combining marks, escapes and line separators in values.',
    level: 'must',
    expects: 'accept',
    why: ['github/docs #3567, octokit webhooks.js #1155: a body read or written in another encoding never verifies.'],
    applies: signs,
    async run(bench) {
      const [plain, coded] = [await withLetterText(bench), await withLetterText(bench)]
      const escapedBody = escaped(JSON.stringify(coded.value))
      return allOf(bench, 'accept', [
        {
          what: 'a valid message with all sorts of characters',
          sealed: await plain.letter.seal({ body: JSON.stringify(plain.value) }),
        },
        {
          what: 'a valid message with all sorts of characters, written as escapes',
          sealed: await coded.letter.seal({ body: escapedBody }),
        },
      ])
    },
  },
  {
    id: 'signature/numbers',
    title: 'Accepts large integers, decimals and exponents.',
    level: 'should',
    expects: 'accept',
    why: ['Numbers that are parsed and written again may change their spelling, and with it the signature.'],
    applies: signs,
    async run(bench) {
      const letter = await bench.letter()
      // Over canonical JSON only spellings that every writer of JSON agrees on are fair.
      const numbers = canonical(bench.situation)
        ? '[9007199254740991,-1,0.5,1234.56]'
        : '[9007199254740991,12345678901234567890,1.0,0.10,1e3,-0]'
      const sealed = await letter.seal({ body: withRawField(letter.body, numbers) })
      return allOf(bench, 'accept', [{ what: 'a valid message with all sorts of numbers', sealed }])
    },
  },
  {
    id: 'signature/rotation',
    title: 'Accepts a message with two signatures of which the second is right.',
    level: 'should',
    expects: 'accept',
    why: ['octokit webhooks.js #770: while a secret is rotated, messages are signed with both.'],
    applies: ({ signs, traits }) => signs && traits.severalSignatures === true,
    async run(bench) {
      const letter = await bench.letter()
      const { secret = '' } = bench
      const sealed = await letter.seal({ secret: bench.strangerSecret, previousSecret: secret })
      return allOf(bench, 'accept', [{ what: 'a valid message with two signatures, the second one right', sealed }])
    },
  },
]
