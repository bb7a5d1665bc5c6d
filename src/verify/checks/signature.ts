// Signatures: the receiver rejects what is not validly signed.
import { changedHeaders, withoutHeaders } from '../../core/mutate/request.js'
import {
  behindPadding,
  cutSignatures,
  extendedSignatures,
  looselyExtended,
  nearSignatures,
  reencoded,
  signatureIn,
  underOtherTags,
  type WrongSignature,
} from '../../core/mutate/signature.js'
import type { Check } from '../check.js'
import { type Exchange, isAccepted, seen } from '../exchange.js'
import type { TestHarness } from '../harness.js'
import type { Situation } from '../situation.js'
import { signedNames, withBody, withHeaders } from '../test-event.js'
import { sendUntilAnswered } from './busy.js'
import { judgeRefused, refusesKnown } from './effects.js'
import { failed, judged, passed, type Trial } from './judge.js'
import { refusesTampered } from './tampered.js'

const signs = ({ signs }: Situation) => signs

/** Where these fail, no signature is checked, and nothing else is to be said of it. */
export const UNCHECKED = ['signature/missing', 'signature/wrong-secret']

/** Where these fail, the signature is not compared as a whole. */
const EXTENDED = [...UNCHECKED, 'signature/near-miss', 'signature/truncated', 'signature/extended']

/** Valid requests of one event with their signature header changed in each of these ways. */
async function withChangedHeader(harness: TestHarness, waysOf: (header: string) => readonly WrongSignature[]) {
  const { signatureHeaders } = harness.situation.traits
  const event = await harness.event()
  const valid = await event.sign()
  const [, header = ''] = valid.signed.find(([name]) => signatureHeaders.includes(name.toLowerCase())) ?? []
  const trials = waysOf(header).map(([what, wrong]) => ({
    what,
    request: withHeaders(valid, headers => changedHeaders(headers, signatureHeaders, () => wrong)),
  }))
  return { event, trials }
}

/** Sends such requests, which are to be refused. */
async function refusesHeaders(harness: TestHarness, waysOf: (header: string) => readonly WrongSignature[]) {
  const { event, trials } = await withChangedHeader(harness, waysOf)
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
      const missing = await judgeRefused(harness, event, [
        {
          what: 'a request without its signature',
          request: withHeaders(valid, headers => withoutHeaders(headers, signatureHeaders)),
        },
        {
          what: 'a request without any header of the signature',
          request: withHeaders(valid, headers => withoutHeaders(headers, signedNames(valid))),
        },
      ])
      if (missing.status !== 'passed') return missing
      return refusesKnown(harness, 'a request without its signature', valid =>
        withHeaders(valid, headers => withoutHeaders(headers, signatureHeaders)),
      )
    },
  },
  {
    id: 'signature/wrong-secret',
    requirement: 'reject a request signed with another secret',
    level: 'must',
    expects: 'reject',
    why: [
      'Otherwise anyone who knows the URL can send anything.',
      'A setting that is missing makes an empty secret, which everyone knows.',
    ],
    applies: signs,
    follows: ['signature/missing'],
    async run(harness) {
      const event = await harness.event()
      const trials: Trial[] = []
      for (const [what, secret] of harness.wrongSecrets)
        trials.push({ what: `a request signed with ${what}`, request: await event.sign({ secret }) })
      return judgeRefused(harness, event, trials)
    },
  },
  {
    id: 'signature/tampered-body',
    requirement: 'reject a request whose body was changed after signing',
    level: 'must',
    expects: 'reject',
    why: [
      'A signature that does not cover the body proves nothing about it.',
      'A decoder that ignores errors drops bytes before the signature is checked.',
      'A cache of signatures that were right must know the body too.',
    ],
    applies: signs,
    follows: UNCHECKED,
    run: refusesTampered,
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
    id: 'signature/extended-ignored',
    requirement: 'reject a header with characters around the valid signature that a decoder or a trim ignores',
    level: 'should',
    expects: 'reject',
    why: [
      'Texts that are taken for one signature without being equal to it pass a list of signatures that were seen before.',
    ],
    applies: signs,
    // What is before a tag is a part of another tag.
    follows: ({ traits }) => [...EXTENDED, ...(traits.severalSignatures === true ? ['signature/version'] : [])],
    async run(harness) {
      const loosely = await refusesHeaders(harness, header => ofSignature(looselyExtended(header)))
      if (loosely.status !== 'passed' || harness.situation.traits.severalSignatures !== true) return loosely
      // Libraries of Standard Webhooks take the one or the other; none takes both.
      let accepted: Exchange | undefined
      for (const i of [0, 1]) {
        const { event, trials } = await withChangedHeader(harness, header =>
          ofSignature(behindPadding(header)).slice(i, i + 1),
        )
        const [trial] = trials
        if (trial === undefined) return passed()
        const exchange = await sendUntilAnswered(harness, trial.request, trial.what)
        if (!isAccepted(exchange)) {
          const rejected = await judgeRefused(harness, event, [])
          return rejected.status === 'passed' ? judged('reject', exchange) : rejected
        }
        accepted = exchange
      }
      return failed(
        'a 4xx answer to a signature with characters behind its padding',
        accepted ? seen(accepted) : '',
        accepted,
      )
    },
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
    // Without tags a receiver that splits the header takes what is no tag for one.
    follows: ({ traits }) => [
      ...EXTENDED,
      ...(traits.severalSignatures === true ? [] : ['signature/extended-ignored']),
    ],
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
    requirement: 'reject a signature in another encoding, or with a letter beyond ASCII, with a 4xx',
    level: 'must',
    expects: 'reject',
    why: [
      'Hex read as base64, or the reverse, has another length, and a constant-time comparison throws.',
      "Python's compare_digest takes no text beyond ASCII, and in UTF-8 such a text is longer than it looks.",
    ],
    applies: signs,
    follows: [...UNCHECKED, 'signature/near-miss', 'signature/truncated'],
    run: harness =>
      refusesHeaders(harness, header => [
        ['the signature in another encoding', reencoded(header)],
        ['a signature with a letter beyond ASCII', header.replace(/[^=](=*)$/, 'é$1')],
      ]),
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
