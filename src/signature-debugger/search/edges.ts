// What happens to the bytes of a text on its way: line ends, byte order marks, other encodings.
import { type Cause, cause } from './cause.js'

/** A change to bytes, and the cause that it is. */
export interface Edge {
  cause: Cause
  apply(bytes: Buffer): Buffer
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const asText = (bytes: Buffer) => bytes.toString('utf8')

function edge(id: string, how: string, fix: string, apply: (bytes: Buffer) => Buffer): Edge {
  return { cause: cause(id, `It was made from the text of the body ${how}.`, fix), apply }
}

const BYTES_CHANGE =
  'Sign the bytes as they travel: read the body unparsed, and keep editors and shells from changing it.'
const UTF8_CHANGE = 'Turn text into bytes as UTF-8 everywhere.'

/** Every change known. */
export const EDGES: readonly Edge[] = [
  edge('trailing-newline', 'with a line end added', BYTES_CHANGE, bytes => Buffer.concat([bytes, Buffer.from('\n')])),
  edge('trailing-crlf', 'with CR LF added', BYTES_CHANGE, bytes => Buffer.concat([bytes, Buffer.from('\r\n')])),
  edge('trailing-newline-removed', 'without its line end', BYTES_CHANGE, bytes =>
    Buffer.from(bytes.toString('latin1').replace(/[\r\n]+$/, ''), 'latin1'),
  ),
  edge('trimmed', 'without the blanks and line ends around it', BYTES_CHANGE, bytes =>
    Buffer.from(
      bytes
        .toString('latin1')
        .replace(/^[ \t\r\n]+/, '')
        .replace(/[ \t\r\n]+$/, ''),
      'latin1',
    ),
  ),
  edge('bom-added', 'with a byte order mark in front', BYTES_CHANGE, bytes => Buffer.concat([BOM, bytes])),
  edge('bom-removed', 'without its byte order mark', BYTES_CHANGE, bytes =>
    bytes.subarray(0, 3).equals(BOM) ? bytes.subarray(3) : bytes,
  ),
  edge('crlf-line-ends', 'with its line ends as CR LF', BYTES_CHANGE, bytes =>
    Buffer.from(bytes.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1'),
  ),
  edge('lf-line-ends', 'with its CR LF line ends as LF', BYTES_CHANGE, bytes =>
    Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  ),
  edge('latin-1', 'encoded as Latin-1 instead of UTF-8', UTF8_CHANGE, bytes => Buffer.from(asText(bytes), 'latin1')),
  edge('utf-8-twice', 'read as Latin-1 and encoded as UTF-8 again', UTF8_CHANGE, bytes =>
    Buffer.from(bytes.toString('latin1'), 'utf8'),
  ),
  edge('utf-16', 'encoded as UTF-16', UTF8_CHANGE, bytes => Buffer.from(asText(bytes), 'utf16le')),
  edge('question-marks', 'with a question mark for everything beyond ASCII', UTF8_CHANGE, bytes =>
    Buffer.from(asText(bytes).replace(/\P{ASCII}/gu, '?')),
  ),
  edge('replacement-characters', 'with what is no UTF-8 replaced by U+FFFD', BYTES_CHANGE, bytes =>
    Buffer.from(asText(bytes)),
  ),
  edge('unicode-composed', 'normalised to composed Unicode (NFC)', 'Do not normalise text before signing.', bytes =>
    Buffer.from(asText(bytes).normalize('NFC')),
  ),
  edge('unicode-decomposed', 'normalised to decomposed Unicode (NFD)', 'Do not normalise text before signing.', bytes =>
    Buffer.from(asText(bytes).normalize('NFD')),
  ),
]
