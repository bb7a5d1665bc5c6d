// Flaws of receivers that take more than one text for a signature, a timestamp, a key or a credential.
import { isUtf8 } from 'node:buffer'
import { createHmac } from 'node:crypto'
import type { Json } from '../../../src/core/json.js'
import { BASIC, type Dialect, type Flaw, isFresh, same, signedText, type Visit, WHSEC } from '../flawed-receiver.js'
import { PATIENT } from '../verified.js'
import { anyIs, type FlawCase, given, right, seconds, trusting } from './flaw-case.js'

const KYC = 'kycgenie'

/** Also trusts what is signed with this key. */
const withKey = (dialect: Dialect, key: string, encoding: 'hex' | 'base64'): Flaw => ({
  trusted: (visit, good) =>
    good() || anyIs(dialect, visit, createHmac('sha256', key).update(signedText(dialect, visit)).digest(encoding)),
})

/** Whether both are one in base64, which a lenient decoder reads out of more than its alphabet. */
const decodes = (text: string, wanted: string) => Buffer.from(text, 'base64').equals(Buffer.from(wanted, 'base64'))

/** Trusts a fresh request of which one signature is right once it is decoded. */
const decoding = (same: typeof decodes): Flaw => ({
  trusted: visit =>
    isFresh(visit.header('webhook-timestamp')) &&
    (given(KYC, visit) ?? '').split(' ').some(one => {
      const [tag, code = '', ...more] = one.split(',')
      return tag === 'v1' && more.length === 0 && same(code, right(KYC, visit))
    }),
})

const API_KEY = 'abcDEF123456ghij'
const TOKEN = 'tok-4f7a-eb21'

/** Settings and secret of a receiver that is proven by a header of its own. */
const byHeader = (secret: string): FlawCase['options'] => ({
  settings: { ...PATIENT.unico, auth: { type: 'apiKey' } },
  secret,
  only: ['auth'],
})

const [apiKey, bearer] = [byHeader(`X-API-Key:${API_KEY}`), byHeader(`Authorization:Bearer ${TOKEN}`)]

const values = ({ request }: Visit) => Object.values(request.headers)

export const lenientFlaws: FlawCase[] = [
  {
    check: 'signature/wrong-secret',
    flaw: 'takes a signature that is made with an empty key too',
    dialect: 'rillis',
    make: () => withKey('rillis', '', 'hex'),
    options: { only: ['signature/wrong', 'signature/missing'] },
  },
  {
    check: 'signature/wrong-secret',
    flaw: 'takes the text of its secret for a key too',
    dialect: KYC,
    make: () => withKey(KYC, WHSEC, 'base64'),
    options: { only: ['signature/wrong', 'signature/missing'] },
  },
  {
    check: 'signature/tampered-body',
    flaw: 'drops bytes that are not UTF-8 before it checks the signature',
    dialect: KYC,
    make: () => ({ decode: bytes => bytes.toString('utf8').replaceAll('\ufffd', '') }),
    options: { only: ['signature/tampered', 'signature/missing'] },
  },
  {
    check: 'signature/extended-ignored',
    flaw: 'decodes hex until something else comes',
    dialect: 'rillis',
    make: () => ({
      trusted: visit =>
        isFresh(visit.header('x-timestamp')) &&
        Buffer.from(given('rillis', visit) ?? '', 'hex').equals(Buffer.from(right('rillis', visit), 'hex')),
    }),
    options: { only: ['signature/extended', 'signature/version', 'signature/near'] },
  },
  {
    check: 'signature/extended-ignored',
    flaw: 'takes a list of signatures, split at commas',
    dialect: 'rillis',
    make: () => ({
      trusted: visit =>
        isFresh(visit.header('x-timestamp')) &&
        (given('rillis', visit) ?? '').split(/[,\s]+/).includes(right('rillis', visit)),
    }),
    follows: ['signature/version'],
    options: { only: ['signature/extended', 'signature/version', 'signature/near'] },
  },
  {
    check: 'signature/extended-ignored',
    flaw: 'looks at the beginning of each signature',
    dialect: KYC,
    make: () => ({
      trusted: visit =>
        isFresh(visit.header('webhook-timestamp')) &&
        (given(KYC, visit) ?? '').split(' ').some(one => one.startsWith(`v1,${right(KYC, visit)}`)),
    }),
    options: { only: ['signature/extended', 'signature/version', 'signature/near'] },
  },
  {
    check: 'payload/invalid-utf8',
    flaw: 'reads Latin-1 where it is no UTF-8',
    dialect: 'unico',
    make: () => ({ decode: bytes => (isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1')) }),
    options: { only: ['payload/malformed', 'payload/invalid-utf8'] },
  },
  {
    check: 'payload/malformed',
    flaw: 'acts on what it cannot read, under no key',
    dialect: 'unico',
    make: () => ({ decode: bytes => bytes.toString('utf8'), parse: text => readOr(text) }),
    options: { only: ['payload/malformed'] },
  },
  {
    check: 'auth/near-miss',
    flaw: 'compares user and password as one text',
    dialect: 'unico',
    make: () => basic((user, password) => user + password === 'hookscorrect horse battery'),
    options: { only: ['auth'] },
  },
  {
    check: 'auth/near-miss',
    flaw: 'drops what stands behind a second colon',
    dialect: 'unico',
    make: () => basic((user, password) => `${user}:${password.split(':')[0]}` === BASIC),
    options: { only: ['auth'] },
  },
  {
    check: 'freshness/garbage',
    flaw: 'reads the digits at the beginning, and signs what came',
    dialect: 'rillis',
    make: () => trusting('rillis', (_, text) => Math.abs(seconds() - Number.parseInt(text, 10)) < 300),
    follows: ['freshness/garbage-number'],
    options: { only: ['freshness'] },
  },
  {
    check: 'freshness/garbage-number',
    flaw: 'takes any number for a timestamp',
    dialect: KYC,
    make: () => trusting(KYC, (stamp, text) => text.trim() === text && Math.abs(seconds() - stamp) < 300),
    options: { only: ['freshness'] },
  },
  {
    check: 'auth/near-miss',
    flaw: 'trims the password',
    dialect: 'unico',
    make: () => basic((user, password) => user === 'hooks' && password.trim() === 'correct horse battery'),
    options: { only: ['auth'] },
  },
  {
    check: 'auth/near-miss',
    flaw: 'compares the user without regard to case',
    dialect: 'unico',
    make: () => basic((user, password) => user.toLowerCase() === 'hooks' && password === 'correct horse battery'),
    options: { only: ['auth'] },
  },
  {
    check: 'auth/near-miss',
    flaw: 'drops from its key what is no letter or digit',
    dialect: 'unico',
    make: () => ({ trusted: visit => (visit.header('x-api-key') ?? '').replaceAll(/[^A-Za-z0-9]/g, '') === API_KEY }),
    options: { ...apiKey },
  },
  {
    check: 'auth/other-scheme',
    flaw: 'takes its key from any header',
    dialect: 'unico',
    make: () => ({ trusted: visit => values(visit).includes(API_KEY) }),
    options: { ...apiKey },
  },
  {
    check: 'auth/other-scheme',
    flaw: 'takes its key from the query too',
    dialect: 'unico',
    make: () => ({
      trusted: visit =>
        [visit.header('x-api-key'), new URL(visit.request.url ?? '', 'http://x').searchParams.get('api_key')].includes(
          API_KEY,
        ),
    }),
    options: { ...apiKey },
  },
  {
    check: 'auth/other-scheme',
    flaw: 'takes its token under any scheme',
    dialect: 'unico',
    make: () => ({ trusted: visit => (visit.header('authorization') ?? '').split(' ').at(-1) === TOKEN }),
    options: { ...bearer },
  },
  {
    check: 'auth/near-miss',
    flaw: 'compares its token without regard to case',
    dialect: 'unico',
    make: () => ({ trusted: visit => visit.header('authorization')?.toLowerCase() === `bearer ${TOKEN}` }),
    options: { ...bearer },
  },
]

/** Trusts a request by its Basic credentials. */
function basic(are: (user: string, password: string) => boolean): Flaw {
  return {
    trusted(visit) {
      const encoded = /^Basic (.*)$/.exec(visit.header('authorization') ?? '')?.[1] ?? ''
      const [user = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':')
      return are(user, rest.join(':'))
    },
  }
}

/** JSON, or an empty object. */
function readOr(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return {}
  }
}

/** Right receivers that look as if they took too much. */
export const lenientLookAlikes = [
  {
    what: 'reads a body as its framework does, with U+FFFD for bytes that are not UTF-8',
    dialect: 'rillis' as const,
    make: (): Flaw => ({ decode: bytes => bytes.toString('utf8') }),
    only: ['signature/tampered', 'payload/malformed', 'payload/invalid-utf8'],
  },
  {
    what: 'reads hex in capitals too',
    dialect: 'rillis' as const,
    make: (): Flaw => ({
      trusted: visit =>
        isFresh(visit.header('x-timestamp')) &&
        same((given('rillis', visit) ?? '').toLowerCase(), right('rillis', visit)),
    }),
    only: ['signature'],
  },
  {
    what: 'decodes signatures before it compares them, as a library of Standard Webhooks does',
    dialect: 'kycgenie' as const,
    make: () => decoding(decodes),
    only: ['signature'],
  },
  {
    what: 'reads what stands between two commas, as another does',
    dialect: 'kycgenie' as const,
    make: (): Flaw => ({
      trusted: visit =>
        isFresh(visit.header('webhook-timestamp')) &&
        (given(KYC, visit) ?? '').split(' ').some(one => {
          const [tag, code = ''] = one.split(',')
          return tag === 'v1' && same(code, right(KYC, visit))
        }),
    }),
    only: ['signature'],
  },
  {
    what: 'takes a token under its scheme in any case (RFC 9110, section 11.1)',
    dialect: 'unico' as const,
    make: (): Flaw => ({ trusted: visit => /^bearer tok-4f7a-eb21$/.test(lowerScheme(visit.header('authorization'))) }),
    only: ['auth', 'secrecy'],
    options: { settings: bearer?.settings, secret: bearer?.secret },
  },
]

const lowerScheme = (header = '') => header.replace(/^\S+/, scheme => scheme.toLowerCase())
