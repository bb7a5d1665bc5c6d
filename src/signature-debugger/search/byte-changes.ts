// How the bytes of a text may have been changed: newlines, byte order marks, other encodings.
import { type Cause, cause } from './cause.js'

/** A change of bytes, and the cause it stands for. */
export interface ByteChange {
  cause: Cause
  apply(bytes: Buffer): Buffer
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const asText = (bytes: Buffer) => bytes.toString('utf8')

const NEWLINES = new Set([0x0d, 0x0a])
const WHITESPACE = new Set([0x20, 0x09, ...NEWLINES])

/** Where the text without these bytes at its end is over. A pattern such as /\s+$/ takes the square of a long run of whitespace. */
function endOf(bytes: Buffer, dropped: ReadonlySet<number>): number {
  let end = bytes.length
  while (end > 0 && dropped.has(bytes[end - 1] ?? 0)) end--
  return end
}

function startOf(bytes: Buffer): number {
  const start = bytes.findIndex(byte => !WHITESPACE.has(byte))
  return start < 0 ? bytes.length : start
}

function byteChange(id: string, how: string, fix: string, apply: (bytes: Buffer) => Buffer): ByteChange {
  return { cause: cause(id, `It was computed over the text of the body ${how}.`, fix), apply }
}

/** What to do where bytes were added, lost or changed. */
export const BYTES_FIX =
  'Sign the bytes as they are sent: read the body unparsed, and keep editors and shells from changing it.'
const UTF8_FIX = 'Turn text into bytes as UTF-8 everywhere.'

/** Every change known. */
export const BYTE_CHANGES: readonly ByteChange[] = [
  byteChange('trailing-newline', 'with a newline added', BYTES_FIX, bytes => Buffer.concat([bytes, Buffer.from('\n')])),
  byteChange('trailing-crlf', 'with CR LF added', BYTES_FIX, bytes => Buffer.concat([bytes, Buffer.from('\r\n')])),
  byteChange('trailing-newline-removed', 'without its newline', BYTES_FIX, bytes =>
    bytes.subarray(0, endOf(bytes, NEWLINES)),
  ),
  byteChange('trimmed', 'without the whitespace around it', BYTES_FIX, bytes =>
    bytes.subarray(startOf(bytes), endOf(bytes, WHITESPACE)),
  ),
  byteChange('bom-added', 'with a byte order mark in front', BYTES_FIX, bytes => Buffer.concat([BOM, bytes])),
  byteChange('bom-removed', 'without its byte order mark', BYTES_FIX, bytes =>
    bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes,
  ),
  byteChange('crlf-newlines', 'with its newlines as CR LF', BYTES_FIX, bytes =>
    Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1'),
  ),
  byteChange('lf-newlines', 'with its CR LF newlines as LF', BYTES_FIX, bytes =>
    Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  ),
  byteChange('latin-1', 'encoded as Latin-1 instead of UTF-8', UTF8_FIX, bytes => Buffer.from(asText(bytes), 'latin1')),
  byteChange('utf-8-twice', 'read as Latin-1 and encoded as UTF-8 again', UTF8_FIX, bytes =>
    Buffer.from(bytes.toString('latin1'), 'utf8'),
  ),
  byteChange('utf-16', 'encoded as UTF-16', UTF8_FIX, bytes => Buffer.from(asText(bytes), 'utf16le')),
  byteChange('utf-16', 'encoded as UTF-16, with its byte order mark', UTF8_FIX, bytes =>
    Buffer.from(`\uFEFF${asText(bytes)}`, 'utf16le'),
  ),
  byteChange('question-marks', 'with a question mark for every non-ASCII character', UTF8_FIX, bytes =>
    Buffer.from(asText(bytes).replace(/\P{ASCII}/gu, '?')),
  ),
  byteChange('characters-dropped', 'without its non-ASCII characters', UTF8_FIX, bytes =>
    Buffer.from(asText(bytes).replace(/\P{ASCII}/gu, '')),
  ),
  byteChange('replacement-characters', 'with what is not UTF-8 replaced by U+FFFD', BYTES_FIX, bytes =>
    Buffer.from(asText(bytes)),
  ),
  byteChange(
    'unicode-composed',
    'normalised to composed Unicode (NFC)',
    'Do not normalise text before signing.',
    bytes => Buffer.from(asText(bytes).normalize('NFC')),
  ),
  byteChange(
    'unicode-decomposed',
    'normalised to decomposed Unicode (NFD)',
    'Do not normalise text before signing.',
    bytes => Buffer.from(asText(bytes).normalize('NFD')),
  ),
]
