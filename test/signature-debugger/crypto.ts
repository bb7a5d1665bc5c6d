// Signatures made by node:crypto alone, and the messages they are of.
import { createHash, createHmac } from 'node:crypto'
import type { JsonObject } from '../../src/core/json.js'
import { builtInProviders } from '../../src/providers/index.js'
import { explainSignature, type SignatureExplanation } from '../../src/signature-debugger/explain-signature.js'

type Data = string | Uint8Array

export const hmac = (key: Data, data: Data, encoding: 'hex' | 'base64' | 'base64url' = 'hex', hash = 'sha256') =>
  createHmac(hash, key).update(data).digest(encoding)

export const sha256 = (data: Data, encoding: 'hex' | 'base64' = 'hex') =>
  createHash('sha256').update(data).digest(encoding)

type Value = null | boolean | number | string | Value[] | { [key: string]: Value }
interface Sorting {
  compare?: (a: string, b: string) => number
  arrays?: 'left' | 'walked' | 'sorted'
  deep?: boolean
}

/** Compact JSON with sorted keys, written without an object in between. */
export function sortedJson(value: Value, options: Sorting = {}): string {
  const { compare, arrays = 'walked', deep = true } = options
  if (Array.isArray(value)) {
    if (arrays === 'left' || !deep) return JSON.stringify(value)
    const items = value.map(item => sortedJson(item, options))
    return `[${(arrays === 'sorted' ? items.sort() : items).join(',')}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = (one: Value) => (deep ? sortedJson(one, options) : JSON.stringify(one))
  return `{${Object.keys(value)
    .sort(compare)
    .map(key => `${JSON.stringify(key)}:${inner(value[key] ?? null)}`)
    .join(',')}}`
}

/** Everything beyond ASCII as \u escapes. */
export const escaped = (json: string) =>
  json.replace(/[\u0080-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Blanks after the commas and colons between values, not within strings. */
export const spaced = (json: string) =>
  json.replace(/"(?:[^"\\]|\\.)*"|[,:]/g, token => (token.startsWith('"') ? token : `${token} `))

/** Every number outside of strings changed. */
export const withNumbers = (json: string, change: (digits: string) => string) =>
  json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, token => (token.startsWith('"') ? token : change(token)))

export interface Asked {
  channel?: string
  settings?: JsonObject
  secret: string
  headers: [string, string][]
  body: Data
  now: number
}

/** Asks the debugger about a message of a built-in provider. */
export async function explained(provider: string, { body, ...rest }: Asked): Promise<SignatureExplanation> {
  const found = builtInProviders.find(({ name }) => name === provider)
  if (found === undefined) throw new Error(`no provider ${provider}`)
  return explainSignature({ provider: found, body: Buffer.from(body), ...rest })
}

/** The names of the causes of an invalid signature; "valid" where it is valid. */
export const named = ({ verdict, causes }: SignatureExplanation) =>
  verdict === 'valid' ? 'valid' : causes.map(({ id }) => id).join(' + ')
