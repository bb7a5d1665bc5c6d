// How programs of many languages write JSON, each way with the cause it stands for.
import { type Cause, cause } from './cause.js'
import { COMPACT, escaping, type JsonStyle, javaDouble, keptFloat, wholeAsFloat } from './json-text.js'

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
const asciiUpper = escaping(/[\u0080-\uffff]/g, { upper: true })
const html = escaping(/[<>&\u2028\u2029]/g)
const gson = escaping(/[<>&='\u2028\u2029]/g)
const lineSeparators = escaping(/[\u2028\u2029]/g)
const phpNumber = (text: string) => (/[.eE]/.test(text) ? COMPACT.number(text) : text)
/** The escaped quote is two characters and becomes one escape; the escaped backslash is found so that it cannot be taken for half of one. */
const dotnet = escaping(/\\\\|\\"|[\u0080-\uffff<>&'+`]/g, { upper: true })

const COMPACT_FIX = 'Write the JSON without spaces and newlines before signing it.'
const ESCAPE_FIX = 'Write characters as they are (UTF-8): only quotes, backslashes and control characters are escaped.'
const NUMBER_FIX = 'Write numbers as JavaScript does: 1, not 1.0, and without an exponent below 1e21.'

/** A character that Python does not print, as its escape. */
function unprintable(unit: string): string {
  const code = (unit.codePointAt(0) ?? 0).toString(16)
  return code.length < 3
    ? `\\x${code.padStart(2, '0')}`
    : code.length < 5
      ? `\\u${code.padStart(4, '0')}`
      : `\\U${code.padStart(8, '0')}`
}

/** A text as Python's repr writes it, as far as JSON has it. */
function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(/(?! )[\p{C}\p{Z}]/gu, unprintable)
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`
}

const PHP_ARRAYS = cause(
  'php-arrays',
  'It was computed over JSON with empty objects as [], as PHP writes what it has decoded into arrays.',
  'Decode into objects: json_decode($body), without the second argument true.',
)
const PHP_ARRAYS_ESCAPED = cause(
  'php-arrays',
  "It was computed over JSON as PHP's json_encode writes what was decoded into arrays: empty objects as [], and slashes or non-ASCII characters escaped.",
  'Decode into objects with json_decode($body), and write with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE.',
)

/** Every style known. */
export const WRITERS: readonly Writer[] = [
  {
    name: 'line-separators',
    style: { ...COMPACT, string: lineSeparators },
    cause: cause(
      'escaped-line-separators',
      'It was computed over JSON with U+2028 and U+2029 as \\u escapes.',
      ESCAPE_FIX,
    ),
  },
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
  ...['  ', '    '].map(
    (indent): Writer => ({
      name: 'indent-ascii',
      style: { ...COMPACT, ...pretty(indent), string: ascii, number: keptFloat },
      cause: cause(
        indent.length === 2 ? 'pretty-json' : 'pretty-json-4',
        `It was computed over JSON as Python's json.dumps(…, indent=${indent.length}) writes it: newlines and indents, and every non-ASCII character as \\u escapes.`,
        "Write it as json.dumps(…, separators=(',', ':'), ensure_ascii=False), without indent.",
      ),
    }),
  ),
  ...(['{}', '[]'] as const).map(
    (emptyObject): Writer => ({
      name: 'indent-php',
      style: { ...COMPACT, ...pretty('    '), string: slashes(ascii), number: phpNumber, emptyObject },
      cause: cause(
        emptyObject === '{}' ? 'php-json' : 'php-arrays',
        `It was computed over JSON as PHP's json_encode writes it with JSON_PRETTY_PRINT: newlines and indents, and slashes and non-ASCII characters escaped${emptyObject === '{}' ? '' : '; empty objects are [], since they were decoded into arrays'}.`,
        'Decode into objects with json_decode($body), and write with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE alone.',
      ),
    }),
  ),
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
  ...[
    { ...COMPACT, comma: ', ' },
    { ...COMPACT, colon: ': ' },
  ].map(
    (style): Writer => ({
      name: 'half-spaced',
      style,
      cause: cause(
        'spaced-json',
        `It was computed over JSON with a space after every ${style.comma === ',' ? 'colon' : 'comma'}.`,
        "Write the JSON without spaces: in Python separators=(',', ':').",
      ),
    }),
  ),
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
    name: 'python-repr',
    style: {
      ...COMPACT,
      ...spaced,
      string: pythonText,
      number: keptFloat,
      word: text => ({ true: 'True', false: 'False', null: 'None' })[text] ?? text,
    },
    cause: cause(
      'python-repr',
      "It was computed over a Python dict as text, such as {'a': None}, instead of JSON.",
      "Write JSON: json.dumps(…, separators=(',', ':'), ensure_ascii=False).",
    ),
  },
  {
    name: 'ruby-inspect',
    style: { ...COMPACT, comma: ', ', colon: '=>', number: keptFloat, word: text => (text === 'null' ? 'nil' : text) },
    cause: cause(
      'ruby-inspect',
      'It was computed over a Ruby hash as text, such as {"a"=>nil}, instead of JSON.',
      'Write JSON: JSON.generate(…).',
    ),
  },
  {
    name: 'java-map',
    style: { ...COMPACT, comma: ', ', colon: '=', string: text => text, number: text => text },
    cause: cause(
      'java-map',
      'It was computed over a Java map as text, such as {a=null}, instead of JSON.',
      'Write JSON with an ObjectMapper or with Gson, not with toString().',
    ),
  },
  {
    name: 'ascii-upper',
    style: { ...COMPACT, string: asciiUpper },
    cause: cause(
      'escaped-unicode',
      'It was computed over JSON with every non-ASCII character as \\u escapes in upper case.',
      ESCAPE_FIX,
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
    style: { ...COMPACT, string: slashes(ascii), number: phpNumber },
    cause: cause(
      'php-json',
      "It was computed over JSON as PHP's json_encode writes it by default: slashes as \\/ and every non-ASCII character as \\u escapes.",
      'Write it with JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE.',
    ),
  },
  ...[undefined, lineSeparators, slashes(JSON.stringify), ascii, slashes(ascii)].map(
    (string): Writer => ({
      name: string === lineSeparators ? 'php-arrays-unescaped' : 'php-arrays',
      style: { ...COMPACT, emptyObject: '[]', number: phpNumber, ...(string && { string }) },
      cause: string === undefined || string === lineSeparators ? PHP_ARRAYS : PHP_ARRAYS_ESCAPED,
    }),
  ),
  {
    name: 'html',
    style: { ...COMPACT, string: html },
    cause: cause(
      'escaped-html',
      "It was computed over JSON with <, > and & as \\u escapes, as Go's json.Marshal writes it.",
      'In Go use an Encoder with SetEscapeHTML(false), and take off the newline it adds.',
    ),
  },
  ...[
    { ...COMPACT, string: gson, nulls: false },
    { ...COMPACT, string: gson },
    { ...COMPACT, string: gson, nulls: false, number: javaDouble },
    { ...COMPACT, nulls: false, number: javaDouble },
  ].map(
    (style): Writer => ({
      name: style.string === gson ? 'gson' : 'gson-doubles',
      style,
      cause: cause(
        'gson-json',
        "It was computed over JSON as Java's Gson writes it by default: < > & = ' as \\u escapes, keys with null left out, and the numbers of a Map as doubles.",
        'Write it with new GsonBuilder().disableHtmlEscaping().serializeNulls() from a JsonElement, or with Jackson.',
      ),
    }),
  ),
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
