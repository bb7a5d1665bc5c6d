// How the parts of the signed string may have been joined.
import type { Piece } from '../../provider/signature-scheme.js'
import { alone, asSpecified, cause, mistaken, type Variation } from './cause.js'

type Slot = 'id' | 'timestamp' | 'payload'
/** The pieces of a signed string. */
export type SignedPieces = readonly Piece<Slot>[]

const SEPARATORS: readonly [text: string, name: string][] = [
  [':', 'a colon'],
  ['\n', 'a newline'],
  [',', 'a comma'],
  ['-', 'a dash'],
  ['_', 'an underscore'],
  ['|', 'a bar'],
  [' ', 'a space'],
  [';', 'a semicolon'],
  ['/', 'a slash'],
]

/** What other schemes put in front of the signed string. */
const LABELS = ['POST.', 'POST', 'POST:', 'POST\n', 'v0:', 'v1:', 'v1.', 'v1,', 't=', 'timestamp=', 'sha256=']

const NAMES: Record<Slot, string> = { id: 'the id', timestamp: 'the timestamp', payload: 'the body' }

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, i) => permutations(items.filter((_, j) => j !== i)).map(rest => [item, ...rest]))
}

const listed = (slots: readonly Slot[]) => slots.map(slot => NAMES[slot]).join(' and ')

/** Variations of the signed string, the scheme's own first. */
export function signedStrings(own: SignedPieces): Variation<SignedPieces>[] {
  const slots = own.flatMap(piece => (typeof piece === 'string' ? [] : [piece.slot]))
  if (slots.length < 2) return [asSpecified(own)]
  const separator = own.find(piece => typeof piece === 'string') ?? ''
  const joined = (order: readonly Slot[], between = separator): SignedPieces =>
    order.flatMap((slot, i) => (i === 0 || between === '' ? [{ slot }] : [between, { slot }]))
  const fix = `Sign ${listed(slots)} in this order${separator === '' ? '' : `, with "${separator}" between them`}.`
  const subsets =
    slots.length === 2
      ? [['payload' as const]]
      : [
          ['payload' as const],
          ...slots.filter(slot => slot !== 'payload').map(gone => slots.filter(slot => slot !== gone)),
        ]
  return [
    asSpecified(own),
    ...subsets.map(kept => {
      const gone = slots.filter(slot => !kept.includes(slot))
      return mistaken(
        joined(kept),
        `${gone.join('-and-')}-left-out`,
        `It was computed without ${listed(gone)}: over ${listed(kept)} only.`,
        fix,
      )
    }),
    ...(separator === ''
      ? []
      : [
          mistaken(
            joined(slots, ''),
            'separator-missing',
            `"${separator}" was left out between ${listed(slots)}.`,
            fix,
          ),
        ]),
    // One of two separators left out.
    ...(separator === '' || slots.length < 3
      ? []
      : slots.slice(1).map((slot, i) =>
          mistaken<SignedPieces>(
            slots.flatMap((one, j) => (j === 0 || j === i + 1 ? [{ slot: one }] : [separator, { slot: one }])),
            'one-separator-missing',
            `"${separator}" was left out between ${NAMES[slots[i] ?? slot]} and ${NAMES[slot]}.`,
            fix,
          ),
        )),
    ...(separator === ''
      ? []
      : [
          mistaken<SignedPieces>(
            [...joined(slots), separator],
            'separator-at-the-end',
            `"${separator}" was put after ${listed(slots)} too.`,
            fix,
          ),
          ...LABELS.map(label =>
            alone(
              mistaken<SignedPieces>(
                [label, ...(/[:\n]$/.test(label) ? joined(slots, label.slice(-1)) : joined(slots))],
                'label-in-signed-string',
                `"${label}" was put in front of ${listed(slots)}, as other schemes have it.`,
                fix,
              ),
            ),
          ),
        ]),
    ...permutations(slots)
      .filter(order => order.join() !== slots.join())
      .flatMap(order => {
        const reordered = mistaken(
          joined(order),
          order.indexOf('timestamp') > order.indexOf('payload') ? 'timestamp-after-body' : 'other-order',
          `It was computed over ${listed(order)}, in that order.`,
          fix,
        )
        const missing = cause('separator-missing', `"${separator}" was left out between them.`, fix)
        return separator === ''
          ? [reordered]
          : [reordered, { causes: [...reordered.causes, missing], value: joined(order, '') }]
      }),
    ...SEPARATORS.filter(([text]) => separator !== '' && text !== separator).map(([text, name]) =>
      mistaken(
        joined(slots, text),
        'other-separator',
        `It was computed with ${name} instead of "${separator}" between ${listed(slots)}.`,
        fix,
      ),
    ),
  ]
}
