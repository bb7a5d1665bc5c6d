// Wrong credentials that resemble the valid one in a header value. Pure.
import type { Headers } from '../message.js'
import { similarText } from './payload.js'

/** What a credential differs in, in words, and the header value. */
type Wrong = [what: string, value: string]

/** A credential in its parts; `user` is that of Basic. */
interface Credential {
  user: string | undefined
  /** Password, key or token. */
  proof: string
  write(proof: string, user?: string): string
}

const BASIC = /^(basic\s+)([A-Za-z0-9+/=]+)$/i

function credentialIn(value: string): Credential {
  const [, basic = '', encoded] = BASIC.exec(value) ?? []
  if (encoded === undefined) {
    const [, scheme = '', proof = value] = /^(\S+\s+)(\S+)$/.exec(value) ?? []
    return { user: undefined, proof, write: changed => scheme + changed }
  }
  const decoded = Buffer.from(encoded, 'base64').toString()
  const user = decoded.slice(0, Math.max(0, decoded.indexOf(':')))
  const write = (proof: string, name = user) => basic + Buffer.from(`${name}:${proof}`).toString('base64')
  return { user, proof: decoded.slice(decoded.indexOf(':') + 1), write }
}

/** A wrong credential as well-formed as the valid one: another password for Basic, else a similar text. */
export function corruptedCredential(value: string): string {
  const { proof, write } = credentialIn(value)
  return write(similarText(proof))
}

const inOtherCase = (text: string) =>
  text.replaceAll(/[a-z]|[A-Z]/g, letter => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()))

/** Credentials that a careless comparison takes for the valid one: cut, extended, in other case. */
export function nearCredentials(value: string): Wrong[] {
  const { user, proof, write } = credentialIn(value)
  const near: Wrong[] = [
    ['cut by a character', proof.slice(0, -1)],
    ['extended by a character', `${proof}x`],
    ['in other case', inOtherCase(proof)],
    // Spaces around a header value are no part of it (RFC 9110, section 5.5).
    ['in quotes', `"${proof}"`],
    ...(user === undefined ? [] : ([['with spaces around the password', ` ${proof} `]] satisfies Wrong[])),
  ]
  const [, basic = '', encoded = ''] = BASIC.exec(value) ?? []
  // The same characters, which a comparison without the colon takes for the same; and more behind a second colon.
  const apart: Wrong[] =
    user === undefined
      ? []
      : [
          ['with the colon moved by one', write(proof.slice(1), user + proof.slice(0, 1))],
          ['with user and password for the user', write('', user + proof)],
          ['with user and password for the password', write(user + proof, '')],
          ['with a colon and more behind the password', write(`${proof}:x`)],
        ]
  return [
    ...near.flatMap(([what, text]): Wrong[] => (text === proof ? [] : [[what, write(text)]])),
    ...(user === undefined || inOtherCase(user) === user
      ? []
      : [['with its user in other case', write(proof, inOtherCase(user))] satisfies Wrong]),
    ...apart,
    // Another text, which a comparison of whole headers without regard to case takes for the same.
    ...(encoded === '' ? [] : [['with its base64 in other case', basic + inOtherCase(encoded)] satisfies Wrong]),
  ]
}

/**
 * The credential of Basic with a character behind it, and the same within it: a decoder that ignores it reads the same of both. Undefined where
 * there is no Basic.
 */
export function ignoredCredentials(value: string): { behind: string; within: string } | undefined {
  const [, basic, encoded = ''] = BASIC.exec(value) ?? []
  return basic === undefined
    ? undefined
    : { behind: `${value}~`, within: `${basic}${encoded.slice(0, 4)}~${encoded.slice(4)}` }
}

/** Parts of the valid credential. */
export function partialCredentials(value: string): Wrong[] {
  const { user, proof, write } = credentialIn(value)
  if (user === undefined)
    return [
      ['with the first half only', write(proof.slice(0, Math.floor(proof.length / 2)))],
      ['empty', write('')],
    ]
  return [
    ['with the right password and another user', write(proof, similarText(user))],
    ['with the right password and no user', write(proof, '')],
    ['with the right user and an empty password', write('')],
    ['with the right user alone', `${value.split(' ')[0]} ${Buffer.from(user).toString('base64')}`],
  ]
}

/** Header values that hold most of the valid credential, so that they must not be shown either. */
export function resemblingCredentials(value: string): string[] {
  const { user } = credentialIn(value)
  const halves = user === undefined ? partialCredentials(value) : []
  return [corruptedCredential(value), ...[...nearCredentials(value), ...halves].map(([, wrong]) => wrong)]
}

/** The valid credential under another header. */
export function underOtherHeader([name, value]: Headers[number]): Headers[number] {
  return [name.toLowerCase() === 'x-auth-token' ? 'X-Token' : 'X-Auth-Token', value]
}

/** A URL with the valid credential in its query, under the name of its header and under a usual one. */
export function urlWithCredential(url: string, headers: Headers): string {
  const changed = new URL(url)
  for (const [name, value] of headers)
    for (const key of [name, name.toLowerCase(), 'api_key', 'token', 'key']) changed.searchParams.set(key, value)
  return changed.href
}

/** The valid credential under a scheme it does not belong to. */
export function underOtherScheme([name, value]: Headers[number]): Headers[number] {
  const [scheme = '', ...rest] = value.split(' ')
  if (name.toLowerCase() !== 'authorization' || rest.length === 0) return ['Authorization', `Bearer ${value}`]
  return ['Authorization', `${scheme.toLowerCase() === 'basic' ? 'Bearer' : 'Basic'} ${rest.join(' ')}`]
}
