// Flaws of receivers that compare signatures and credentials carelessly, or read a body otherwise than its bytes.
import { isJsonObject, type Json } from '../../../src/core/json.js'
import { BASIC, hmac, isFresh, same, type Visit } from '../flawed-receiver.js'
import { type FlawCase, given, right, seconds, trusting } from './flaw-case.js'

const KYC = 'kycgenie'

/** Trusts a fresh request of Standard Webhooks by its header and the right signature. */
const byHeader = (is: (header: string, right: string, visit: Visit) => boolean) => ({
  trusted: (visit: Visit) =>
    isFresh(visit.header('webhook-timestamp')) && is(given(KYC, visit) ?? '', right(KYC, visit), visit),
})

/** Trusts a fresh request whose signature is that of its body, as the receiver reads it. */
const overBody = (read: (text: string) => string) =>
  byHeader((header, _, visit) => same(header, `v1,${right(KYC, visit, read(visit.text))}`))

const rillis = (is: (header: string, right: string) => boolean) => ({
  trusted: (visit: Visit) =>
    isFresh(visit.header('x-timestamp')) && is(given('rillis', visit) ?? '', right('rillis', visit)),
})

/** JSON as Go's encoding/json writes it. */
const asGo = (text: string) =>
  text.replaceAll(/[<>&\u2028\u2029]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map(key => [key, sorted(value[key] ?? null)]),
  )
}

/** User and password of Basic credentials. */
function credentialsOf(visit: Visit): [user: string, password: string | undefined] {
  const encoded = /^Basic (.*)$/.exec(visit.header('authorization') ?? '')?.[1] ?? ''
  const decoded = Buffer.from(encoded, 'base64').toString()
  const colon = decoded.indexOf(':')
  return colon < 0 ? [decoded, undefined] : [decoded.slice(0, colon), decoded.slice(colon + 1)]
}

const [USER = '', PASSWORD = ''] = BASIC.split(':')

/** Trusts a request by its Basic credentials. */
const byCredentials = (are: (user: string, password: string | undefined) => boolean) => ({
  trusted: (visit: Visit) => are(...credentialsOf(visit)),
})

export const nearFlaws: FlawCase[] = [
  {
    check: 'signature/version',
    flaw: 'does not look at the version of a signature',
    dialect: KYC,
    make: () => byHeader((header, wanted) => header.split(' ').some(one => same(one.split(',').at(-1) ?? '', wanted))),
    follows: ['signature/extended-ignored'],
  },
  {
    check: 'signature/version',
    flaw: 'takes the signature behind any tag',
    dialect: 'rillis',
    make: () => rillis((header, wanted) => same(header.replace(/^\w+[=,]/, ''), wanted)),
  },
  {
    check: 'signature/extended',
    flaw: 'searches the header for the signature',
    dialect: 'rillis',
    make: () => rillis((header, wanted) => header.includes(wanted)),
    follows: ['signature/extended-ignored', 'signature/version'],
  },
  {
    check: 'signature/extended',
    flaw: 'searches the header for the signature',
    dialect: KYC,
    make: () => byHeader((header, wanted) => header.includes(wanted)),
    follows: ['signature/extended-ignored', 'signature/version'],
  },
  {
    check: 'signature/version',
    flaw: 'searches the header for the tag and the signature',
    dialect: KYC,
    make: () => byHeader((header, wanted) => header.includes(`v1,${wanted}`)),
    follows: ['signature/extended-ignored'],
  },
  {
    check: 'signature/rotation',
    flaw: 'looks at the last signature only',
    dialect: KYC,
    make: () => byHeader((header, wanted) => header.split(' ').at(-1) === `v1,${wanted}`),
    options: { only: ['signature'] },
  },
  {
    check: 'secrecy/no-leak',
    flaw: 'names the credentials that it wants',
    dialect: 'unico',
    make: () => ({ says: () => `not Basic ${Buffer.from(BASIC).toString('base64')}` }),
    options: { only: ['secrecy'] },
  },
  {
    check: 'http/split-packets',
    flaw: 'decodes each piece of a body by itself',
    dialect: KYC,
    make: () => ({ isDecodedByPieces: true }),
    options: { only: ['http/split-packets'] },
  },
  {
    check: 'signature/near-miss',
    flaw: 'compares the first characters of a signature',
    dialect: 'rillis',
    make: () => rillis((header, wanted) => header.slice(0, 20) === wanted.slice(0, 20)),
    follows: ['signature/truncated', 'signature/extended', 'signature/extended-ignored', 'signature/other-encoding'],
  },
  {
    check: 'signature/near-miss',
    flaw: 'compares signatures without regard to case',
    dialect: KYC,
    make: () =>
      byHeader((header, wanted) => header.split(' ').some(one => one.toLowerCase() === `v1,${wanted}`.toLowerCase())),
  },
  {
    check: 'signature/added-whitespace',
    flaw: 'takes all line ends for the same',
    dialect: KYC,
    make: () => ({
      trusted: (visit, good) => {
        const both = [visit.text.replaceAll('\r\n', '\n'), visit.text.replaceAll(/\r?\n/g, '\r\n')]
        return (
          good() ||
          (isFresh(visit.header('webhook-timestamp')) &&
            both.some(text => same(given(KYC, visit) ?? '', `v1,${right(KYC, visit, text)}`)))
        )
      },
    }),
  },
  {
    check: 'signature/body-bytes',
    flaw: 'trims the body before it checks the signature',
    dialect: KYC,
    make: () => overBody(text => text.trim()),
    follows: ['signature/added-whitespace', 'signature/rotation', 'signature/unknown-version'],
  },
  {
    check: 'signature/body-bytes',
    flaw: 'wants a brace at the beginning and the end',
    dialect: 'rillis',
    make: () => ({ trusted: (visit, good) => /^\{[\s\S]*\}$/.test(visit.text) && good() }),
  },
  {
    check: 'signature/escapes',
    flaw: 'writes JSON again as Go does',
    dialect: 'rillis',
    make: () => ({
      trusted: visit => {
        const stamp = visit.header('x-timestamp')
        const text = `${stamp}.${asGo(JSON.stringify(sorted(JSON.parse(visit.text) as Json)))}`
        return isFresh(stamp) && same(given('rillis', visit) ?? '', hmac('rillis', text))
      },
    }),
  },
  {
    check: 'signature/escapes',
    flaw: 'drops line separators',
    dialect: KYC,
    make: () => overBody(text => text.replaceAll(/[\u2028\u2029]/g, '\n')),
    follows: ['signature/rotation', 'signature/unknown-version'],
  },
  {
    check: 'signature/unknown-version',
    flaw: 'refuses a version that it does not know',
    dialect: KYC,
    make: () => ({
      trusted: (visit, good) => (given(KYC, visit) ?? '').split(' ').every(one => one.startsWith('v1,')) && good(),
    }),
  },
  {
    check: 'freshness/clock-ahead',
    flaw: 'refuses what is ahead by seconds',
    dialect: 'rillis',
    make: () => trusting('rillis', (stamp, text) => isFresh(text) && stamp <= seconds()),
  },
  {
    check: 'freshness/clock-ahead',
    flaw: 'refuses what is ahead by half a minute',
    dialect: KYC,
    make: () => trusting(KYC, (stamp, text) => isFresh(text) && stamp <= seconds() + 10),
  },
  {
    check: 'auth/near-miss',
    flaw: 'compares the beginning of the password',
    dialect: 'unico',
    make: () => byCredentials((user, password) => user === USER && !!password && PASSWORD.startsWith(password)),
  },
  {
    check: 'auth/near-miss',
    flaw: 'compares the password without regard to case',
    dialect: 'unico',
    make: () => byCredentials((user, password) => user === USER && password?.toLowerCase() === PASSWORD),
  },
  {
    check: 'auth/near-miss',
    flaw: 'compares the header without regard to case',
    dialect: 'unico',
    make: () => ({
      trusted: visit =>
        visit.header('authorization')?.toLowerCase() === `Basic ${Buffer.from(BASIC).toString('base64')}`.toLowerCase(),
    }),
  },
  {
    check: 'auth/near-miss',
    flaw: 'searches the credentials for the password',
    dialect: 'unico',
    make: () => byCredentials((user, password) => user === USER && password?.includes(PASSWORD) === true),
  },
  {
    check: 'auth/partial',
    flaw: 'compares the password only',
    dialect: 'unico',
    make: () => byCredentials((_, password) => password === PASSWORD),
    follows: ['auth/near-miss'],
  },
  {
    check: 'auth/partial',
    flaw: 'takes an empty password',
    dialect: 'unico',
    make: () => byCredentials((user, password) => user === USER && [PASSWORD, ''].includes(password ?? 'none')),
  },
  {
    check: 'auth/partial',
    flaw: 'takes the user alone',
    dialect: 'unico',
    make: () => byCredentials((user, password) => user === USER && (password ?? PASSWORD) === PASSWORD),
  },
]
