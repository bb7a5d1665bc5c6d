// In which order the keys of JSON may have been written.
import type { SignedPayload } from '../../provider/signature-scheme.js'
import { cause } from './cause.js'
import { type Aspect, RAW_FIX } from './json-styles.js'
import { asJavaScript, byCodeUnit, type JsonNode, outerKeysOnly, sorted, sortedOutside } from './json-text.js'

/** The same JSON with keys as JavaScript holds them after parsing, and as they are in the text. */
export interface BothOrders {
  parsed: JsonNode
  asWritten: JsonNode
}

/** Puts keys in order. */
export type Order = (json: BothOrders) => JsonNode

const byLocale = (a: string, b: string) => a.localeCompare(b)
const byFolded = (a: string, b: string) => byCodeUnit(a.toLowerCase(), b.toLowerCase())
const SORT_FIX = 'Sort the keys of every object, at every depth, before writing the JSON that is signed.'
/** Shorter keys first. */
const byLength = (a: string, b: string) => Buffer.byteLength(a) - Buffer.byteLength(b) || byCodeUnit(a, b)
const DATABASE = 'with shorter keys first, as a jsonb column of PostgreSQL or a JSON column of MySQL gives it back'

/** Orders of keys where JSON with sorted keys is signed, the scheme's own first. */
export function canonicalOrders(payload: Extract<SignedPayload, { form: 'canonical' }>): Aspect<Order>[] {
  const { sortInsideArrays = true, keyOrder = 'codeUnit' } = payload.options
  const arrays = sortInsideArrays ? 'walked' : 'left'
  const compare = keyOrder === 'codeUnit' ? asJavaScript : byLocale
  const aspect = (value: Order, id: string, how: string): Aspect<Order> => ({
    cause: cause(id, `It was computed over JSON ${how}.`, SORT_FIX),
    value,
  })
  return [
    { value: ({ parsed }) => sorted(parsed, compare, arrays) },
    aspect(({ parsed }) => parsed, 'unsorted-keys', 'whose keys were left unsorted'),
    aspect(({ asWritten }) => asWritten, 'unsorted-keys', 'whose keys were left unsorted'),
    aspect(
      ({ parsed }) => sortedOutside(parsed, compare),
      'sorted-outside-only',
      'whose keys were sorted at the top level only',
    ),
    aspect(
      ({ parsed }) => outerKeysOnly(parsed, compare),
      'keys-filtered',
      'that holds only the keys of the outermost object, at every depth: JSON.stringify got a list of keys as its second argument',
    ),
    sortInsideArrays
      ? aspect(
          ({ parsed }) => sorted(parsed, compare, 'left'),
          'arrays-left',
          'with the objects inside arrays left unsorted',
        )
      : {
          cause: cause(
            'arrays-walked-into',
            'It was computed over JSON with the keys of objects inside arrays sorted too.',
            'Leave everything inside arrays as it is.',
          ),
          value: ({ parsed }) => sorted(parsed, compare, 'walked'),
        },
    {
      cause: cause(
        'arrays-sorted',
        'It was computed over JSON with the items of arrays sorted too.',
        'Sort keys only: the items of an array keep their order.',
      ),
      value: ({ parsed }) => sorted(parsed, compare, 'sorted'),
    },
    aspect(
      ({ parsed }) => sorted(parsed, keyOrder === 'codeUnit' ? byLocale : asJavaScript, arrays),
      keyOrder === 'codeUnit' ? 'locale-order' : 'code-unit-order',
      keyOrder === 'codeUnit'
        ? 'with keys in the order of a dictionary (a locale) instead of code units'
        : 'with keys in the order of code units instead of a dictionary (a locale)',
    ),
    aspect(
      ({ parsed }) => sorted(parsed, byFolded, arrays),
      'case-folded-order',
      'with keys sorted without regard to case',
    ),
    aspect(
      ({ parsed }) => sorted(parsed, byCodeUnit, arrays),
      'integer-keys-as-text',
      'with keys such as "10" sorted as text, where a JavaScript object has them first and by number',
    ),
    aspect(({ parsed }) => sorted(parsed, byLength, 'walked'), 'database-order', DATABASE),
    {
      ...aspect(
        ({ parsed }) => sorted(parsed, (a, b) => -compare(a, b), arrays),
        'descending-order',
        'with keys in descending order',
      ),
      alone: true,
    },
  ]
}

/** Orders of keys where the raw body is signed. */
export const RAW_ORDERS: readonly Aspect<Order>[] = [
  { value: ({ parsed }) => parsed },
  { value: ({ asWritten }) => asWritten },
  {
    cause: cause('canonical-for-raw', 'It was computed over JSON with sorted keys instead of the raw body.', RAW_FIX),
    value: ({ parsed }) => sorted(parsed, asJavaScript),
  },
  {
    cause: cause(
      'keys-filtered',
      'It was computed over JSON that holds only the keys of the outermost object, at every depth: JSON.stringify got a list of keys as its second argument.',
      RAW_FIX,
    ),
    value: ({ parsed }) => outerKeysOnly(parsed, asJavaScript),
  },
  {
    cause: cause('database-order', `It was computed over JSON ${DATABASE} instead of the raw body.`, RAW_FIX),
    value: ({ parsed }) => sorted(parsed, byLength),
  },
]
