// The selfie of a by-client process: base64 of an image, or the JWT of Unico's SDK. Source: API CreateProcess, image requirements.
import type { ProviderPort } from '../../../provider/port.js'
import type { ProviderSettings } from '../settings.js'
import { jwtPart } from './access-token.js'
import type { ByClientCode } from './by-client-errors.js'

/** Largest image, bytes. Source: API CreateProcess, image requirements. */
const LARGEST = 800 * 1024

/** How long a JWT of the SDK may be sent, seconds. Source: API CreateProcess, image requirements. */
const JWT_SECONDS = 600

interface Size {
  width: number
  height: number
}

/** Width and height of a PNG, JPEG or WebP; undefined for anything else. */
function sizeOf(bytes: Buffer): Size | undefined {
  if (bytes.length < 24) return undefined
  if (bytes.toString('latin1', 0, 8) === '\x89PNG\r\n\x1a\n')
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  if (bytes.readUInt16BE(0) === 0xffd8) return jpegSize(bytes)
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return webpSize(bytes)
  return undefined
}

function jpegSize(bytes: Buffer): Size | undefined {
  let at = 2
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    // Start of frame, but not DHT (C4), JPG (C8) and DAC (CC).
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  return undefined
}

function webpSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 30) return undefined
  const form = bytes.toString('latin1', 12, 16)
  if (form === 'VP8X') return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
  if (form === 'VP8 ') return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
  if (form !== 'VP8L') return undefined
  const bits = bytes.readUInt32LE(21)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

/** The code that an SDK's JWT is refused with: too old, or sent before. */
function jwtProblem(text: string, port: ProviderPort): ByClientCode | undefined {
  const { iat, exp } = jwtPart(text.split('.')[1]) ?? {}
  const end = typeof exp === 'number' ? exp : typeof iat === 'number' ? iat + JWT_SECONDS : Number.POSITIVE_INFINITY
  if (end * 1000 <= port.now()) return '10507'
  const used = (port.memory.get('face tokens') ?? new Set<string>()) as Set<string>
  port.memory.set('face tokens', used)
  if (used.has(text)) return '10508'
  used.add(text)
  return undefined
}

/** The code that a selfie is refused with; undefined for a good one. */
export function imageProblem(
  text: string,
  check: ProviderSettings['imageCheck'],
  port: ProviderPort,
): ByClientCode | undefined {
  if (text.split('.').length === 3 && jwtPart(text.split('.')[0])) return jwtProblem(text, port)
  const plain = text.replace(/^data:image\/[a-z]+;base64,/, '')
  if (plain === '' || plain.length % 4 === 1 || !/^[A-Za-z0-9+/]+={0,2}$/.test(plain)) return '20900'
  const bytes = Buffer.from(plain, 'base64')
  if (bytes.length > LARGEST) return '20506'
  if (check === 'base64') return undefined
  const size = sizeOf(bytes)
  if (!size) return '20505'
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)]
  return short < 480 || long < 640 ? '20807' : undefined
}
