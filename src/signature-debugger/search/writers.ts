// The styles in which programs write JSON again, each with the cause it is.
import { type Cause, cause } from './cause.js'
import { COMPACT, escaping, type JsonStyle, javaDouble, wholeAsFloat } from './json-text.js'

/** A style under a name; what is between quotes in `cause` is filled in by whoever knows the scheme's own style. */
export interface Writer {
  name: string
  style: JsonStyle
  cause: Cause
}

const spaced = { comma: ', ', colon: ': ' }
const pretty = (indent: string) => ({ indent, comma: ',', colon: ': ' })
const ascii = escaping(/[\u0080-\uffff]/g)
const slashes = (string: (text: string) => string) => (text: string) => string(text).replaceAll('/', '\\/')
const html = escaping(/[<>&\u2028\u2029]/g)
/** The escaped quote is two characters and becomes one escape; the escaped backslash is found so that it cannot be taken for half of one. */
const dotnet = escaping(/\\\\|\\"|[\u0080-\uffff<>&'+`]/g, { upper: true })

const COMPACT_CHANGE = 'Write the JSON without any blanks or line ends before signing it.'
const ESCAPE_CHANGE =
  'Write characters as they are (UTF-8): only quotes, backslashes and control characters are escaped.'
const NUMBER_CHANGE = 'Write numbers as JavaScript does: 1, not 1.0, and without an exponent below 1e21.'

/** Every style known. */
export const WRITERS: readonly Writer[] = [
  {
    name: 'compact',
    style: COMPACT,
    cause: cause(
      'compact-json',
      'It was made from compact JSON instead of the indented JSON of this scheme.',
      'Indent the JSON by two blanks before signing it.',
    ),
  },
  {
    name: 'indent2',
    style: { ...COMPACT, ...pretty('  ') },
    cause: cause('pretty-json', 'It was made from JSON with line ends and an indent of two blanks.', COMPACT_CHANGE),
  },
  {
    name: 'indent4',
    style: { ...COMPACT, ...pretty('    ') },
    cause: cause('pretty-json-4', 'It was made from JSON with line ends and an indent of four blanks.', COMPACT_CHANGE),
  },
  {
    name: 'tab',
    style: { ...COMPACT, ...pretty('\t') },
    cause: cause('pretty-json-tab', 'It was made from JSON with line ends and an indent of one tab.', COMPACT_CHANGE),
  },
  {
    name: 'spaced',
    style: { ...COMPACT, ...spaced },
    cause: cause(
      'spaced-json',
      "It was made from JSON with a blank after every comma and colon, as Python's json.dumps(…, ensure_ascii=False) writes it.",
      "Write the JSON without blanks: in Python separators=(',', ':').",
    ),
  },
  {
    name: 'python',
    style: { ...COMPACT, ...spaced, string: ascii },
    cause: cause(
      'python-json',
      "It was made from JSON as Python's json.dumps writes it by default: a blank after every comma and colon, everything beyond ASCII as \\u escapes.",
      "Write it as json.dumps(…, separators=(',', ':'), ensure_ascii=False).",
    ),
  },
  {
    name: 'ascii',
    style: { ...COMPACT, string: ascii },
    cause: cause(
      'escaped-unicode',
      'It was made from JSON with everything beyond ASCII as \\u escapes.',
      ESCAPE_CHANGE,
    ),
  },
  {
    name: 'slashes',
    style: { ...COMPACT, string: slashes(JSON.stringify) },
    cause: cause('escaped-slashes', 'It was made from JSON with slashes escaped as \\/.', ESCAPE_CHANGE),
  },
  {
    name: 'php',
    style: { ...COMPACT, string: slashes(ascii) },
    cause: cause(
      'php-json',
      "It was made from JSON as PHP's json_encode writes it by default: slashes as \\/ and everything beyond ASCII as \\u escapes.",
      'Write it with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE.',
    ),
  },
  {
    name: 'html',
    style: { ...COMPACT, string: html },
    cause: cause(
      'escaped-html',
      "It was made from JSON with <, > and & as \\u escapes, as Go's json.Marshal writes it.",
      'In Go use an Encoder with SetEscapeHTML(false), and take off the line end it adds.',
    ),
  },
  {
    name: 'dotnet',
    style: { ...COMPACT, string: dotnet },
    cause: cause(
      'dotnet-json',
      'It was made from JSON as .NET’s System.Text.Json writes it by default: everything beyond ASCII and < > & \' " + ` as upper-case \\u escapes.',
      'Write it with JavaScriptEncoder.UnsafeRelaxedJsonEscaping.',
    ),
  },
  {
    name: 'floats',
    style: { ...COMPACT, number: wholeAsFloat },
    cause: cause(
      'numbers-as-floats',
      'It was made from JSON with whole numbers as floats, such as 1.0 for 1.',
      NUMBER_CHANGE,
    ),
  },
  {
    name: 'doubles',
    style: { ...COMPACT, number: javaDouble },
    cause: cause(
      'numbers-as-doubles',
      'It was made from JSON with all numbers as doubles, such as 1.0 for 1 and 1.2E7 for 12000000, as Java writes them.',
      NUMBER_CHANGE,
    ),
  },
  {
    name: 'kept',
    style: { ...COMPACT, number: text => text },
    cause: cause(
      'numbers-kept',
      'It was made from JSON with numbers as they are spelt in the body, such as 1.0 or more digits than a double holds.',
      NUMBER_CHANGE,
    ),
  },
  {
    name: 'no-nulls',
    style: { ...COMPACT, nulls: false },
    cause: cause(
      'nulls-left-out',
      'It was made from JSON without the keys whose value is null.',
      'Keep every key of the body, those with null too.',
    ),
  },
]
