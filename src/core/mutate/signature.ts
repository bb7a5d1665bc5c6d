// Changes to signatures and credentials as they are in header values. Pure: signing again is for the signer.
import type { Headers } from '../message.js'
import { similarText } from './payload.js'

const SIGNATURE = /[A-Za-z0-9+/_-]{40,}={0,2}/g

/** The signature within a header value: the last long run of hex or base64. */
export function signatureIn(value: string): string | undefined {
  return value.match(SIGNATURE)?.at(-1)
}

/** The header value with its signature in the other encoding: base64 for hex, hex for base64. */
export function reencoded(value: string): string {
  const code = signatureIn(value)
  if (code === undefined) return `${value}=`
  const isHex = /^[0-9a-f]+$/i.test(code) && code.length % 2 === 0
  const other = isHex ? Buffer.from(code, 'hex').toString('base64') : Buffer.from(code, 'base64').toString('hex')
  const at = value.lastIndexOf(code)
  return value.slice(0, at) + other + value.slice(at + code.length)
}

/** A wrong credential as well-formed as the valid one: another password for Basic, else a similar text. */
export function corruptedCredential(value: string): string {
  const basic = /^(basic\s+)([A-Za-z0-9+/=]+)$/i.exec(value)
  if (basic === null) return similarText(value)
  const [, scheme = '', encoded = ''] = basic
  const credentials = Buffer.from(encoded, 'base64').toString()
  const password = credentials.indexOf(':') + 1
  const corrupted = credentials.slice(0, password) + similarText(credentials.slice(password))
  return scheme + Buffer.from(corrupted).toString('base64')
}

/** The valid credential under a scheme it does not belong to. */
export function underOtherScheme([name, value]: Headers[number]): Headers[number] {
  const [scheme = '', ...rest] = value.split(' ')
  if (name.toLowerCase() !== 'authorization' || rest.length === 0) return ['Authorization', `Bearer ${value}`]
  return ['Authorization', `${scheme.toLowerCase() === 'basic' ? 'Bearer' : 'Basic'} ${rest.join(' ')}`]
}
