// The bytes of a scenario file as text: UTF-8, and other encodings refused by name.
import { EmulatorError } from '../core/errors.js'

const starts = (bytes: Uint8Array, ...marks: number[]) => marks.every((mark, i) => bytes[i] === mark)

/** UTF-16 as most files begin: a byte order mark, or an ASCII character beside a zero byte. */
function isUtf16(bytes: Uint8Array): boolean {
  if (starts(bytes, 0xff, 0xfe) || starts(bytes, 0xfe, 0xff)) return true
  return bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0)
}

/** The text of a file's bytes. Throws EmulatorError `invalid_file` that names the encoding where it is not UTF-8. */
export function fileText(bytes: Uint8Array): string {
  const refuse = (message: string) =>
    new EmulatorError(message, { code: 'invalid_file', hint: 'Save the file as UTF-8.' })
  if (isUtf16(bytes)) throw refuse('The file is UTF-16, and a scenario is UTF-8.')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const before = new TextDecoder('latin1').decode(bytes.subarray(0, firstInvalid(bytes)))
    const line = before.split('\n').length
    throw refuse(`The file is not UTF-8 (line ${line}); it may be Latin-1 or Windows-1252.`)
  }
}

/** Where the first byte is that is no UTF-8. */
function firstInvalid(bytes: Uint8Array): number {
  const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const upTo = decoded.indexOf('\ufffd')
  return upTo < 0 ? bytes.length : Buffer.byteLength(decoded.slice(0, upTo))
}
