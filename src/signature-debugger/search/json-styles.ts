// The styles in which the JSON of a scheme may have been written.
import type { SignedPayload } from '../../provider/signature-scheme.js'
import type { Cause } from './cause.js'
import { COMPACT, type JsonStyle, keptFloat } from './json-text.js'
import { WRITERS } from './json-writers.js'

/** One aspect of writing JSON: as the scheme has it, or with a cause. */
export type Aspect<T> = { cause?: Cause; value: T; alone?: boolean }

/** What to do where the bytes are signed as they are. */
export const RAW_FIX = 'Sign the bytes of the body as they are sent, before anything parses them.'
/** Styles that differ only where the body has this. */
const USEFUL: Readonly<Record<string, RegExp>> = {
  'php-arrays': /\{\s*\}/,
  'line-separators': /[\u2028\u2029]|\\u202[89]/i,
  'ascii-upper': /[\u0080-\uffff]|\\u/,
  html: /[<>&]|\\u00(?:3c|3e|26)/i,
  gson: /[<>&=']|\\u00(?:3c|3e|26|3d|27)/i,
  'php-arrays-unescaped': /[\u2028\u2029]|\\u202[89]/i,
}

const KEEP_FLOATS = new Set(['spaced', 'python', 'ascii', 'slashes'])

/** Those that are seldom met, or seldom with another mistake. */
const RARE = new Set([
  'indent-ascii',
  'indent-php',
  'php-arrays-unescaped',
  'gson',
  'gson-doubles',
  'java-map',
  'half-spaced',
])

/** The styles, the scheme's own first; those that differ in something else than whitespace have the scheme's own. */
export function styles(payload: SignedPayload, text: string): Aspect<JsonStyle>[] {
  const indent = payload.form === 'canonical' ? (payload.options.indent ?? 0) : 0
  const own: JsonStyle = indent === 0 ? COMPACT : { ...COMPACT, indent: ' '.repeat(indent), colon: ': ' }
  const ownName = indent === 0 ? 'compact' : `indent${indent}`
  const others = WRITERS.filter(({ name }) => name !== ownName && USEFUL[name]?.test(text) !== false).flatMap(
    ({ name, style, cause }) => {
      const isOfSpacing = name === 'compact' || style.colon !== ':'
      const fix = payload.form === 'raw' ? RAW_FIX : cause.fix
      const one: Aspect<JsonStyle> = {
        alone: RARE.has(name),
        cause: { ...cause, fix },
        value: isOfSpacing ? style : { ...style, indent: own.indent, colon: own.colon },
      }
      // Python keeps floats and long integers, JavaScript does not.
      const keeps = KEEP_FLOATS.has(name) && /[:[,]\s*-?(?:\d+[.eE]|\d{16})/.test(text)
      return keeps ? [one, { ...one, value: { ...one.value, number: keptFloat } }] : [one]
    },
  )
  return [{ value: own }, ...others]
}
