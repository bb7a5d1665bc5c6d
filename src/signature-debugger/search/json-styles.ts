// How other programs write JSON, each style with the cause it stands for.
import { type Cause, cause } from './cause.js'
import { COMPACT, escaping, type JsonStyle, javaDouble, wholeAsFloat } from './json-text.js'

/** A style under a name; what is between quotes in `cause` is filled in by the caller, which knows the scheme's own style. */
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

const COMPACT_FIX = 'Write the JSON without spaces and newlines before signing it.'
const ESCAPE_FIX = 'Write characters as they are (UTF-8): only quotes, backslashes and control characters are escaped.'
const NUMBER_FIX = 'Write numbers as JavaScript does: 1, not 1.0, and without an exponent below 1e21.'

/** Every style known. */
export const JSON_STYLES: readonly Writer[] = [
  {
    name: 'compact',
    style: COMPACT,
    cause: cause(
      'compact-json',
      'It was computed over compact JSON instead of the indented JSON of this scheme.',
      'Indent the JSON by two spaces before signing it.',
    ),
  },
  {
    name: 'indent2',
    style: { ...COMPACT, ...pretty('  ') },
    cause: cause('pretty-json', 'It was computed over JSON with newlines and an indent of two spaces.', COMPACT_FIX),
  },
  {
    name: 'indent4',
    style: { ...COMPACT, ...pretty('    ') },
    cause: cause('pretty-json-4', 'It was computed over JSON with newlines and an indent of four spaces.', COMPACT_FIX),
  },
  {
    name: 'tab',
    style: { ...COMPACT, ...pretty('\t') },
    cause: cause('pretty-json-tab', 'It was computed over JSON with newlines and an indent of one tab.', COMPACT_FIX),
  },
  {
    name: 'spaced',
    style: { ...COMPACT, ...spaced },
    cause: cause(
      'spaced-json',
      "It was computed over JSON with a space after every comma and colon, as Python's json.dumps(…, ensure_ascii=False) writes it.",
      "Write the JSON without spaces: in Python separators=(',', ':').",
    ),
  },
  {
    name: 'python',
    style: { ...COMPACT, ...spaced, string: ascii },
    cause: cause(
      'python-json',
      "It was computed over JSON as Python's json.dumps writes it by default: a space after every comma and colon, every non-ASCII character as \\u escapes.",
      "Write it as json.dumps(…, separators=(',', ':'), ensure_ascii=False).",
    ),
  },
  {
    name: 'ascii',
    style: { ...COMPACT, string: ascii },
    cause: cause(
      'escaped-unicode',
      'It was computed over JSON with every non-ASCII character as \\u escapes.',
      ESCAPE_FIX,
    ),
  },
  {
    name: 'slashes',
    style: { ...COMPACT, string: slashes(JSON.stringify) },
    cause: cause('escaped-slashes', 'It was computed over JSON with slashes escaped as \\/.', ESCAPE_FIX),
  },
  {
    name: 'php',
    style: { ...COMPACT, string: slashes(ascii) },
    cause: cause(
      'php-json',
      "It was computed over JSON as PHP's json_encode writes it by default: slashes as \\/ and every non-ASCII character as \\u escapes.",
      'Write it with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE.',
    ),
  },
  {
    name: 'html',
    style: { ...COMPACT, string: html },
    cause: cause(
      'escaped-html',
      "It was computed over JSON with <, > and & as \\u escapes, as Go's json.Marshal writes it.",
      'In Go use an Encoder with SetEscapeHTML(false), and take off the newline it adds.',
    ),
  },
  {
    name: 'dotnet',
    style: { ...COMPACT, string: dotnet },
    cause: cause(
      'dotnet-json',
      'It was computed over JSON as .NET’s System.Text.Json writes it by default: every non-ASCII character and < > & \' " + ` as upper-case \\u escapes.',
      'Write it with JavaScriptEncoder.UnsafeRelaxedJsonEscaping.',
    ),
  },
  {
    name: 'floats',
    style: { ...COMPACT, number: wholeAsFloat },
    cause: cause(
      'numbers-as-floats',
      'It was computed over JSON with whole numbers as floats, such as 1.0 for 1.',
      NUMBER_FIX,
    ),
  },
  {
    name: 'doubles',
    style: { ...COMPACT, number: javaDouble },
    cause: cause(
      'numbers-as-doubles',
      'It was computed over JSON with all numbers as doubles, such as 1.0 for 1 and 1.2E7 for 12000000, as Java writes them.',
      NUMBER_FIX,
    ),
  },
  {
    name: 'kept',
    style: { ...COMPACT, number: text => text },
    cause: cause(
      'numbers-kept',
      'It was computed over JSON with numbers as they are spelt in the body, such as 1.0 or more digits than a double holds.',
      NUMBER_FIX,
    ),
  },
  {
    name: 'no-nulls',
    style: { ...COMPACT, nulls: false },
    cause: cause(
      'nulls-left-out',
      'It was computed over JSON without the keys whose value is null.',
      'Keep every key of the body, those with null too.',
    ),
  },
]
