// The content of uploaded files: small valid pictures and documents, the same for the same file at every call.
import type { Json, JsonObject } from '../../../core/json.js'

const HEX = 'hex'

/** The parts of a baseline JPEG of 8 by 8 grey pixels: one quantisation table of ones, and Huffman tables of one code each. */
const JPEG = {
  start: 'ffd8ffe000104a46494600010100000100010000',
  tables: `ffdb004300${'01'.repeat(64)}`,
  frame: 'ffc0000b080008000801011100',
  codes: `ffc400140001${'00'.repeat(16)}ffc400141001${'00'.repeat(16)}`,
  scan: 'ffda0008010100003f003f',
  end: 'ffd9',
} as const

/** A picture that has its path as a comment, so that no two files are alike. */
function jpeg(path: string): Buffer {
  const comment = Buffer.from(path, 'utf8')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(comment.length + 2)
  return Buffer.concat([
    Buffer.from(JPEG.start, HEX),
    Buffer.from('fffe', HEX),
    length,
    comment,
    Buffer.from(JPEG.tables + JPEG.frame + JPEG.codes + JPEG.scan + JPEG.end, HEX),
  ])
}

/** A document of one page with lines of text. */
function pdf(lines: readonly string[]): Buffer {
  const text = lines
    .map(line => `(${line.replace(/[\\()]/g, '\\$&')}) Tj T*`)
    .join('\n')
    .replace(/[^\n\x20-\xff]/g, '?')
  const stream = `BT /F1 12 Tf 16 TL 72 760 Td\n${text}\nET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ]
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const offset = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const table = ['0000000000 65535 f ', ...offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n `)]
  const count = objects.length + 1
  file += `xref\n0 ${count}\n${table.join('\n')}\ntrailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

/** Longest path that fits into the comment of a picture, in characters of up to four bytes. */
const LONGEST_PATH = 10_000

/** A file with its content as base64; `about` are the lines of a document. */
export function withContent(
  { name, path, type }: { [key in 'name' | 'path' | 'type']: Json },
  about: string[],
): JsonObject {
  const content = type === 'application/pdf' ? pdf([...about, String(name)]) : jpeg(String(path).slice(0, LONGEST_PATH))
  return { name, path, type, content: content.toString('base64') }
}
