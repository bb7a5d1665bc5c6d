// Signatures: the receiver rejects what is not validly signed.
import { changedHeaders, withoutHeaders } from '../../core/mutate/request.js'
import {
  cutSignatures,
  extendedSignatures,
  nearSignatures,
  reencoded,
  signatureIn,
  underOtherTags,
  type WrongSignature,
} from '../../core/mutate/signature.js'
import type { Check } from '../check.js'
import type { Situation, TestHarness } from '../harness.js'
import { signedNames, tamperedBody, withBody, withHeaders } from '../test-event.js'
import { judgeRefused } from './effects.js'

const signs = ({ signs }: Situation) => signs

/** Where these fail, no signature is checked, and nothing else is to be said of it. */
export const UNCHECKED = ['signature/missing', 'signature/wrong-secret']

/** Sends valid requests of one event with their signature header changed in each of these ways. */
async function refusesHeaders(harness: TestHarness, waysOf: (header: string) => readonly WrongSignature[]) {
  const { signatureHeaders } = harness.situation.traits
  const event = await harness.event()
  const valid = await event.sign()
  const [, header = ''] = valid.signed.find(([name]) => signatureHeaders.includes(name.toLowerCase())) ?? []
  const trials = waysOf(header).map(([what, wrong]) => ({
    what,
    request: withHeaders(valid, headers => changedHeaders(headers, signatureHeaders, () => wrong)),
  }))
  return judgeRefused(harness, event, trials)
}

/** The ways with words that begin "a signature". */
const ofSignature = (ways: readonly WrongSignature[]) =>
  ways.map(([what, value]): WrongSignature => [`a signature ${what}`, value])

export const signatureChecks: readonly Check[] = [
  {
    id: 'signature/missing',
    requirement: 'reject a request without a signature',
    level: 'must',
    expects: 'reject',
    why: ['activepieces #13306: a missing header crashed the handler.'],
    applies: signs,
    follows: ['signature/wrong-secret'],
    async run(harness) {
      const { signatureHeaders } = harness.situation.traits
      const event = await harness.event()
      const valid = await event.sign()
      return judgeRefused(harness, event, [
        {
          what: 'a request without its signature',
          request: withHeaders(valid, headers => withoutHeaders(headers, signatureHeaders)),
        },
        {
          what: 'a request without any header of the signature',
          request: withHeaders(valid, headers => withoutHeaders(headers, signedNames(valid))),
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
    follows: ['signature/missing'],
    async run(harness) {
      const event = await harness.event()
      const request = await event.sign({ secret: harness.wrongSecret })
      return judgeRefused(harness, event, [{ what: 'a request signed with another secret', request }])
    },
  },
  {
    id: 'signature/tampered-body',
    requirement: 'reject a request whose body was changed after signing',
    level: 'must',
    expects: 'reject',
    why: ['A signature that does not cover the body proves nothing about it.'],
    applies: signs,
    follows: UNCHECKED,
    async run(harness) {
      const event = await harness.event()
      const request = withBody(await event.sign(), tamperedBody(event, harness.situation.traits))
      return judgeRefused(harness, event, [{ what: 'a request with one value changed after signing', request }])
    },
  },
  {
    id: 'signature/truncated',
    requirement: 'reject a truncated signature with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['A constant-time comparison throws where lengths differ, and a comparison of beginnings takes any of them.'],
    applies: signs,
    follows: [...UNCHECKED, 'signature/near-miss'],
    run: harness => refusesHeaders(harness, header => ofSignature(cutSignatures(header))),
  },
  {
    id: 'signature/extended',
    requirement: 'reject a header that contains more than the valid signature',
    level: 'must',
    expects: 'reject',
    why: [
      'A receiver that searches the header for the signature compares substrings, and takes more than one text for it.',
    ],
    applies: signs,
    follows: [...UNCHECKED, 'signature/near-miss', 'signature/truncated'],
    run: harness => refusesHeaders(harness, header => ofSignature(extendedSignatures(header))),
  },
  {
    id: 'signature/near-miss',
    requirement: 'reject a signature that differs from the valid one in a few characters',
    level: 'must',
    expects: 'reject',
    why: ['Half a signature can be guessed: a comparison of some characters, or without regard to case, is none.'],
    applies: signs,
    follows: UNCHECKED,
    run: harness => refusesHeaders(harness, header => ofSignature(nearSignatures(header))),
  },
  {
    id: 'signature/version',
    requirement: 'reject the valid signature under another tag than that of its scheme',
    // Standard Webhooks names the version `v1`; a scheme without tags only has none to look at.
    level: ({ traits }) => (traits.severalSignatures === true ? 'must' : 'should'),
    expects: 'reject',
    why: [
      'Standard Webhooks, "Signature scheme": each signature names its version, so that a weaker one is never taken for another.',
    ],
    applies: signs,
    follows: [...UNCHECKED, 'signature/near-miss', 'signature/truncated', 'signature/extended'],
    run: harness => refusesHeaders(harness, header => ofSignature(underOtherTags(header))),
  },
  {
    id: 'signature/empty',
    requirement: 'reject an empty signature with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['An empty header is present and proves nothing.'],
    applies: signs,
    follows: [...UNCHECKED, 'signature/near-miss', 'signature/truncated'],
    run: harness =>
      refusesHeaders(harness, header => {
        const tag = header.slice(0, header.lastIndexOf(signatureIn(header) ?? header))
        const empty: WrongSignature = ['an empty signature', '']
        return tag === '' ? [empty] : [empty, ['an empty signature behind its tag', tag]]
      }),
  },
  {
    id: 'signature/other-encoding',
    requirement: 'reject a signature in another encoding with a 4xx',
    level: 'must',
    expects: 'reject',
    why: ['Hex read as base64, or the reverse, has another length, and a constant-time comparison throws.'],
    applies: signs,
    follows: [...UNCHECKED, 'signature/near-miss', 'signature/truncated'],
    run: harness => refusesHeaders(harness, header => [['the signature in another encoding', reencoded(header)]]),
  },
  {
    id: 'signature/added-whitespace',
    requirement: 'reject a body whose whitespace was changed after signing',
    level: 'must',
    expects: 'reject',
    why: [
      'A receiver that trims a body, or changes its line ends, before it checks the signature accepts what was not signed.',
    ],
    applies: ({ signs, traits }) => signs && traits.signedOver === 'raw',
    follows: [...UNCHECKED, 'signature/tampered-body', 'signature/whitespace', 'signature/body-bytes'],
    async run(harness) {
      const event = await harness.event()
      const indented = JSON.stringify(event.value, null, 2)
      const crlf = indented.replaceAll('\n', '\r\n')
      const changed = async (signed: string, sent: string) => withBody(await event.sign({ body: signed }), sent)
      return judgeRefused(harness, event, [
        { what: 'a request with a newline added after signing', request: await changed(event.body, `${event.body}\n`) },
        { what: 'a request with a space added after signing', request: await changed(event.body, `${event.body} `) },
        {
          what: 'a request with a space put before its body after signing',
          request: await changed(event.body, ` ${event.body}`),
        },
        { what: 'a request whose line ends became CRLF after signing', request: await changed(indented, crlf) },
        { what: 'a request whose line ends became LF after signing', request: await changed(crlf, indented) },
        { what: 'a request whose JSON was indented after signing', request: await changed(event.body, indented) },
      ])
    },
  },
  {
    id: 'signature/other-header-timestamp',
    requirement: 'reject a request whose timestamp header was changed after signing',
    level: 'must',
    expects: 'reject',
    why: ['The signature covers the timestamp; a receiver that leaves it out takes an old request for a new one.'],
    applies: ({ signs, traits }) => signs && traits.timestampHeader !== undefined,
    follows: UNCHECKED,
    async run(harness) {
      const { timestampHeader = '' } = harness.situation.traits
      const event = await harness.event()
      const request = withHeaders(await event.sign(), headers =>
        changedHeaders(headers, [timestampHeader], value => String(Number(value) - 1)),
      )
      return judgeRefused(harness, event, [{ what: 'a request with another timestamp than was signed', request }])
    },
  },
]
