// Changes to signatures as they are in header values. Pure: signing again is for the signer.

const SIGNATURE = /[A-Za-z0-9+/_-]{40,}={0,2}/g

/** The signature within a header value: the last long run of hex or base64. */
export function signatureIn(value: string): string | undefined {
  return value.match(SIGNATURE)?.at(-1)
}

/** The header value with its signature changed; one without a signature stays. */
function changedSignature(value: string, change: (signature: string) => string): string {
  const code = signatureIn(value)
  if (code === undefined) return value
  const at = value.lastIndexOf(code)
  return value.slice(0, at) + change(code) + value.slice(at + code.length)
}

const isHex = (code: string): boolean => /^[0-9a-f]+$/i.test(code) && code.length % 2 === 0

/** The header value with its signature in the other encoding: base64 for hex, hex for base64. */
export function reencoded(value: string): string {
  if (signatureIn(value) === undefined) return `${value}=`
  return changedSignature(value, code =>
    isHex(code) ? Buffer.from(code, 'hex').toString('base64') : Buffer.from(code, 'base64').toString('hex'),
  )
}

/** A character of the same alphabet, hex or base64. */
function otherCharacter(character: string): string {
  if (/\d/.test(character)) return String((Number(character) + 1) % 10)
  if (/[a-z]/.test(character)) return character === 'a' ? 'b' : 'a'
  return character === 'A' ? 'B' : 'A'
}

/** A signature with the characters of a range replaced by others of its alphabet; padding is no part of it. */
function otherThan(code: string, from: number, to: number): string {
  return code.slice(0, from) + code.slice(from, to).replaceAll(/[^=]/g, otherCharacter) + code.slice(to)
}

/** What a header value differs in, in words, and the value. */
export type WrongSignature = [what: string, value: string]

const inOtherCase = (text: string) =>
  text.replaceAll(/[a-z]|[A-Z]/g, letter => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))

/** Fewer characters may be decoded to the same bytes. */
const FEW = 4

/** Header values whose signature differs from the valid one in a part. */
export function nearSignatures(value: string): WrongSignature[] {
  const ways: [what: string, change: (code: string, length: number) => string][] = [
    ['that is right in its first half', (code, length) => otherThan(code, Math.floor(length / 2), length)],
    ['with other characters at its end', (code, length) => otherThan(code, length - FEW, length)],
    ['with other characters at its beginning', code => otherThan(code, 0, FEW)],
    // Hex may be written in capitals, which changes nothing.
    ['with letters in other case', code => (isHex(code) ? code : inOtherCase(code))],
  ]
  return ways.flatMap(([what, change]): WrongSignature[] => {
    const near = changedSignature(value, code => change(code, code.replace(/=+$/, '').length))
    return near === value ? [] : [[what, near]]
  })
}

/** Header values that contain the valid signature. Behind the padding of base64 many decoders read nothing, so nothing is put there. */
export function extendedSignatures(value: string): WrongSignature[] {
  const before = changedSignature(value, code => (isHex(code) ? `00${code}` : `AAAA${code}`))
  const behind = changedSignature(value, code => (isHex(code) ? `${code}00` : code))
  const ways: WrongSignature[] = [
    ['with characters before it', before],
    ['with characters behind it', behind],
  ]
  return ways.filter(([, extended]) => extended !== value)
}

/** Header values with a valid signature, and characters around or within it that a trim or a decoder ignores; of base64 those around its tag only. */
export function looselyExtended(value: string): WrongSignature[] {
  const code = signatureIn(value)
  if (code === undefined) return []
  // Libraries of Standard Webhooks decode base64 and ignore what does not belong to it, which lets no other signature pass; a tag they compare.
  if (!isHex(code))
    return value === code
      ? []
      : [
          ['in quotes with its tag', `"${value}"`],
          ['with a comma before its tag', `,${value}`],
        ]
  const changed = (change: (code: string) => string) => changedSignature(value, change)
  const middle = Math.floor(code.length / 2)
  return [
    ['with letters behind it that are no hex', changed(code => `${code}xyz`)],
    ['with a comma and characters behind it', changed(code => `${code},xyz`)],
    ['with a comma behind it', changed(code => `${code},`)],
    ['in quotes', changed(code => `"${code}"`)],
    ['with a quote behind it', `${value}"`],
    ['with a tab within', changed(code => `${code.slice(0, middle)}\t${code.slice(middle)}`)],
  ]
}

/** Header values with characters behind the padding of a signature. */
export function behindPadding(value: string): WrongSignature[] {
  return [
    ['with characters behind its padding', changedSignature(value, code => `${code}AAAA`)],
    ['with a comma and characters behind its padding', changedSignature(value, code => `${code},AAAA`)],
  ]
}

/** Header values with less than the valid signature. */
export function cutSignatures(value: string): WrongSignature[] {
  return [
    // Without one character of base64, or without its padding, many decoders read the same bytes.
    ['without its last two characters', changedSignature(value, code => code.replace(/=+$/, '').slice(0, -2))],
    ['cut to its first half', changedSignature(value, code => code.slice(0, Math.ceil(code.length / 2)))],
    ['cut to its first character', changedSignature(value, code => code.slice(0, 1))],
  ]
}

const TAG = /([A-Za-z0-9]+)([,=])$/

/** Header values with the valid signature under another tag of its version or algorithm, or none. */
export function underOtherTags(value: string): WrongSignature[] {
  const code = signatureIn(value)
  if (code === undefined) return []
  const before = value.slice(0, value.lastIndexOf(code))
  const [, own, between = ','] = TAG.exec(before) ?? []
  const tagged = (tag: string) => before.replace(TAG, '') + tag + value.slice(before.length)
  if (own === undefined)
    return [
      ['with the tag sha1=', tagged('sha1=')],
      ['with the tag v2,', tagged('v2,')],
    ]
  const others = own.startsWith('sha') ? ['sha1', 'md5'] : ['v2', own === 'v1a' ? 'v1' : 'v1a', 'sha1']
  // Whoever searches the header for the tag and the signature finds them behind a longer tag too.
  others.push(`x${own}`)
  return [
    ...others.map((tag): WrongSignature => [`with the tag ${tag} for ${own}`, tagged(tag + between)]),
    [`without its tag ${own}`, tagged('')],
  ]
}
