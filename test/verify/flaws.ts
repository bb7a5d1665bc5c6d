// The flaws: for each check a receiver that is wrong in exactly that way, and what must fail for it.

import { createHmac } from 'node:crypto'
import type { Json, JsonObject } from '../../src/core/json.js'
import { isJsonObject } from '../../src/core/json.js'
import { stream } from '../../src/core/seed.js'
import type { VerifyOptions } from '../../src/verify/verification.js'
import {
  BASIC,
  type Dialect,
  type Flaw,
  hmac,
  isFresh,
  KEY,
  pause,
  same,
  signatureHeader,
  signatures,
  signedText,
  stampHeader,
  type Visit,
} from './flawed-receiver.js'

export interface FlawCase {
  check: string
  flaw: string
  dialect: Dialect
  make(): Flaw
  /** Other checks that fail because of the same flaw. */
  follows?: readonly string[]
  /** Checks that cannot be judged then; `all` is everything else. */
  blinds?: readonly string[] | 'all'
  options?: Partial<VerifyOptions>
}

const data = (event: JsonObject): JsonObject => (isJsonObject(event.data) ? event.data : {})
const answer = ({ response }: Visit, status: number): true => {
  response.writeHead(status).end()
  return true
}
const given = (dialect: Dialect, visit: Visit) => visit.header(signatureHeader(dialect))
const right = (dialect: Dialect, visit: Visit, body?: string) => hmac(dialect, signedText(dialect, visit, body))
const anyIs = (dialect: Dialect, visit: Visit, wanted: string) =>
  signatures(dialect, given(dialect, visit)).some(one => same(one, wanted))
/** Trusts a request whose timestamp is fresh by `fresh`. */
const trusting = (dialect: Dialect, fresh: (stamp: number, text: string) => boolean) => ({
  trusted: (visit: Visit) => {
    const stamp = visit.header(stampHeader(dialect)) ?? ''
    return fresh(Number(stamp), stamp) && anyIs(dialect, visit, right(dialect, visit))
  },
})
const seconds = () => Date.now() / 1000
const isText = (stamp: string) => /^\d{1,11}$/.test(stamp)

/** In the messages whose answers are timed. */
const TIMED = '"FLOW_COMPLETED"'

export const deliveryFlaws: FlawCase[] = [
  {
    check: 'delivery/accepts',
    flaw: 'refuses an event type that it has no use for',
    dialect: 'rillis',
    make: () => ({
      first: visit => visit.bytes.includes('"ONBOARDING_FORM_COMPANY_REJECTED"') && answer(visit, 422),
    }),
    blinds: 'all',
  },
  {
    check: 'delivery/every-status',
    flaw: 'has no case for a rare last event',
    dialect: 'unico',
    make: () => ({
      understand: ({ lastEvent }) => {
        if (lastEvent === 'EVENT_TYPE_DOCUMENT_UPLOADED_FROM_GALLERY') throw new Error('no such case')
      },
    }),
  },
  {
    check: 'delivery/exact-status',
    flaw: 'answers 202',
    dialect: 'rillis',
    make: () => ({ status: 202 }),
  },
  {
    check: 'delivery/prompt',
    flaw: 'slows down beyond the timeout',
    dialect: 'rillis',
    make: () => ({ first: ({ number }) => number > 11 && pause(700).then(() => false) }),
    // The verifier waits long for every answer and judges it by the provider's timeout.
    options: { only: ['delivery/prompt'], settings: { responseTimeoutMs: 600 }, timeoutMs: 120_000, level: 'must' },
  },
  {
    check: 'delivery/prompt-margin',
    flaw: 'works first and answers later',
    dialect: 'rillis',
    make: () => ({ first: ({ bytes }) => bytes.includes(TIMED) && pause(600).then(() => false) }),
    options: { only: ['delivery/prompt-margin'], settings: { responseTimeoutMs: 5000 }, timeoutMs: 120_000 },
  },
  {
    check: 'http/redirect',
    flaw: 'redirects to a path with a slash',
    dialect: 'unico',
    make: () => ({
      first: ({ response }) => {
        response.writeHead(308, { location: '/webhooks/' }).end()
        return true
      },
    }),
    follows: ['delivery/accepts'],
    blinds: 'all',
  },
]

/** The wrong secret that checks sign with when the seed is 7. */
const WRONG_SECRET = stream(7, 'a stranger').hex(64)

/** The texts that differ from this one in one digit of a string, which is one lower. */
const originals = (text: string) =>
  [...text.matchAll(/\d(?=[^",]*")/g)].map(
    ({ 0: digit, index }) => text.slice(0, index) + String((Number(digit) + 9) % 10) + text.slice(index + 1),
  )

export const signatureFlaws: FlawCase[] = [
  {
    check: 'signature/missing',
    flaw: 'accepts a request without a signature',
    dialect: 'rillis',
    make: () => ({ trusted: (visit, good) => given('rillis', visit) === undefined || good() }),
  },
  {
    check: 'signature/missing',
    flaw: 'fails with an error where there is no signature',
    dialect: 'kycgenie',
    make: () => ({
      trusted: (visit, good) => {
        if (given('kycgenie', visit) === undefined) throw new TypeError('cannot read undefined')
        return good()
      },
    }),
  },
  {
    check: 'signature/wrong-secret',
    flaw: 'still knows the key of an example',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) => {
        const wanted = createHmac('sha256', WRONG_SECRET).update(signedText('rillis', visit)).digest('hex')
        return good() || (isFresh(visit.header('x-timestamp')) && same(given('rillis', visit) ?? '', wanted))
      },
    }),
  },
  {
    check: 'signature/tampered-body',
    flaw: 'forgives one character that is off by one',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) =>
        good() ||
        (isFresh(visit.header('x-timestamp')) &&
          originals(visit.text).some(text => anyIs('rillis', visit, right('rillis', visit, text)))),
    }),
  },
  {
    check: 'signature/truncated',
    flaw: 'compares the beginning',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) => {
        const signature = given('rillis', visit) ?? ''
        return (
          good() ||
          (isFresh(visit.header('x-timestamp')) && signature.length > 9 && right('rillis', visit).startsWith(signature))
        )
      },
    }),
  },
  {
    check: 'signature/empty',
    flaw: 'takes an empty signature for a right one',
    dialect: 'kycgenie',
    make: () => ({ trusted: (visit, good) => given('kycgenie', visit) === '' || good() }),
  },
  {
    check: 'signature/other-encoding',
    flaw: 'takes base64 as well as hex',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) =>
        good() || same(Buffer.from(given('rillis', visit) ?? '', 'base64').toString('hex'), right('rillis', visit)),
    }),
  },
  {
    check: 'signature/truncated',
    flaw: 'compares in constant time without a look at the lengths',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) => {
        const signature = given('rillis', visit)
        if (signature !== undefined && signature.length !== 64) throw new RangeError('Input buffers must be as long')
        return good()
      },
    }),
    follows: ['signature/empty', 'signature/other-encoding'],
  },
  {
    check: 'signature/other-header-timestamp',
    flaw: 'forgives a clock that is a second off',
    dialect: 'kycgenie',
    make: () => ({
      trusted: (visit, good) => {
        const stamp = visit.header('webhook-timestamp') ?? ''
        if (!isFresh(stamp)) return false
        const next = `${visit.header('webhook-id')}.${Number(stamp) + 1}.${visit.text}`
        return good() || anyIs('kycgenie', visit, hmac('kycgenie', next))
      },
    }),
  },
  {
    check: 'signature/key-order',
    flaw: 'wants the keys in the order of the documents',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (Object.keys(event)[0] !== 'id') throw new Error('where is the id?')
      },
    }),
  },
  {
    check: 'signature/whitespace',
    flaw: 'reads one line',
    dialect: 'rillis',
    make: () => ({ trusted: (visit, good) => !visit.text.includes('\n') && good() }),
  },
  {
    check: 'signature/whitespace',
    flaw: 'checks the signature over JSON that it writes again, too',
    dialect: 'kycgenie',
    make: () => ({
      trusted: (visit, good) =>
        good() ||
        (isFresh(visit.header('webhook-timestamp')) &&
          anyIs('kycgenie', visit, right('kycgenie', visit, JSON.stringify(JSON.parse(visit.text))))),
    }),
  },
  {
    check: 'signature/whitespace',
    flaw: 'checks the signature over JSON that it writes again, only',
    dialect: 'kycgenie',
    make: () => ({
      trusted: visit =>
        isFresh(visit.header('webhook-timestamp')) &&
        anyIs('kycgenie', visit, right('kycgenie', visit, JSON.stringify(JSON.parse(visit.text)))),
    }),
    follows: ['signature/unicode', 'signature/numbers'],
  },
  {
    check: 'signature/unicode',
    flaw: 'loses what is beyond the basic plane',
    dialect: 'kycgenie',
    make: () => ({ decode: bytes => strict(bytes).replaceAll(/[\u{10000}-\u{10ffff}]/gu, '?') }),
  },
  {
    check: 'signature/numbers',
    flaw: 'has no room for large integers',
    dialect: 'kycgenie',
    make: () => ({
      parse: text => {
        if (/[[,:]-?\d{17,}/.test(text)) throw new RangeError('too large')
        return JSON.parse(text) as Json
      },
    }),
  },
  {
    check: 'signature/rotation',
    flaw: 'looks at the first signature only',
    dialect: 'kycgenie',
    make: () => ({
      trusted: visit =>
        isFresh(visit.header('webhook-timestamp')) &&
        same(signatures('kycgenie', given('kycgenie', visit))[0] ?? '', right('kycgenie', visit)),
    }),
  },
  {
    check: 'signature/wrong-secret',
    flaw: 'is content with any signature of the right form',
    dialect: 'rillis',
    make: () => ({
      trusted: visit => isFresh(visit.header('x-timestamp')) && /^[0-9a-f]{64}$/.test(given('rillis', visit) ?? ''),
    }),
    follows: ['signature/tampered-body', 'signature/other-header-timestamp'],
  },
]

function strict(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

export const proofFlaws: FlawCase[] = [
  {
    check: 'freshness/stale',
    flaw: 'takes what is old',
    dialect: 'rillis',
    make: () => trusting('rillis', (stamp, text) => isText(text) && stamp - seconds() < 300),
    follows: ['freshness/window'],
  },
  {
    check: 'freshness/window',
    flaw: 'takes what is an hour old',
    dialect: 'rillis',
    make: () => trusting('rillis', (stamp, text) => isText(text) && Math.abs(stamp - seconds()) < 3600),
    follows: ['freshness/future'],
  },
  {
    check: 'freshness/edge',
    flaw: 'is too strict about age',
    dialect: 'kycgenie',
    make: () => trusting('kycgenie', (stamp, text) => isText(text) && Math.abs(stamp - seconds()) < 60),
  },
  {
    check: 'freshness/future',
    flaw: 'looks at the age only',
    dialect: 'kycgenie',
    make: () => trusting('kycgenie', (stamp, text) => isText(text) && seconds() - stamp < 300),
  },
  {
    check: 'freshness/garbage',
    flaw: 'compares with what is no number',
    dialect: 'rillis',
    make: () => trusting('rillis', stamp => !(Math.abs(seconds() - stamp) > 300)),
  },
  {
    check: 'freshness/garbage',
    flaw: 'reads the number at the beginning',
    dialect: 'rillis',
    make: () => ({
      trusted: (visit, good) => {
        const stamp = visit.header('x-timestamp') ?? ''
        if (isFresh(stamp)) return good()
        const read = String(Number.parseInt(stamp, 10))
        const text = signedText('rillis', visit).replace(stamp, () => read)
        return isFresh(read) && anyIs('rillis', visit, hmac('rillis', text))
      },
    }),
  },
  {
    check: 'auth/missing',
    flaw: 'accepts a request without credentials',
    dialect: 'unico',
    make: () => ({ trusted: (visit, good) => visit.header('authorization') === undefined || good() }),
  },
  {
    check: 'auth/wrong',
    flaw: 'compares the user only',
    dialect: 'unico',
    make: () => ({
      trusted: visit => {
        const basic = /^Basic (.+)$/.exec(visit.header('authorization') ?? '')?.[1] ?? ''
        return Buffer.from(basic, 'base64').toString().split(':')[0] === BASIC.split(':')[0]
      },
    }),
  },
  {
    check: 'auth/other-scheme',
    flaw: 'does not look at the scheme',
    dialect: 'unico',
    make: () => ({
      trusted: visit => visit.header('authorization')?.split(' ')[1] === Buffer.from(BASIC).toString('base64'),
    }),
  },
  {
    check: 'secrecy/no-leak',
    flaw: 'says which signature would have been right',
    dialect: 'rillis',
    make: () => ({ says: visit => (/^\{".*\}\}$/.test(visit.text) ? `expected ${right('rillis', visit)}` : 'no') }),
  },
  {
    check: 'secrecy/no-leak',
    flaw: 'says the secret',
    dialect: 'rillis',
    make: () => ({ says: () => `not signed with ${KEY}` }),
  },
  {
    check: 'secrecy/no-leak',
    flaw: 'shows its stack',
    dialect: 'unico',
    make: () => ({ says: () => new Error('not authorized').stack ?? '' }),
  },
]

export const storyFlaws: FlawCase[] = [
  {
    check: 'idempotency/duplicate',
    flaw: 'never looks whether it knows a message',
    dialect: 'rillis',
    make: () => ({ again: true }),
    follows: ['idempotency/concurrent', 'idempotency/lost-ack'],
  },
  {
    check: 'idempotency/concurrent',
    flaw: 'looks first and acts later',
    dialect: 'unico',
    make: () => ({ racy: true }),
    // On a busy machine it may still be acting when the event whose response was lost comes again.
    options: { except: ['idempotency/lost-ack', 'http/keep-alive', 'http/slow-body'] },
  },
  {
    check: 'idempotency/lost-ack',
    flaw: 'forgets what it did when the connection breaks',
    dialect: 'rillis',
    make: () => ({ forgetful: true }),
    options: { except: ['load', 'http/keep-alive', 'http/slow-body'] },
  },
  {
    check: 'idempotency/same-id-other-body',
    flaw: 'fails with an error where a known id has other content',
    dialect: 'rillis',
    make: () => {
      const seen = new Map<Json | undefined, string>()
      return {
        understand: event => {
          const text = JSON.stringify(event)
          if ((seen.get(event.id) ?? text) !== text) throw new Error('unique constraint')
          seen.set(event.id, text)
        },
      }
    },
  },
  {
    check: 'ordering/reversed',
    flaw: 'lets the last message win',
    dialect: 'kycgenie',
    make: () => ({ stands: () => true }),
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'puts a known event down as the state again',
    dialect: 'rillis',
    make: () => ({ restates: true }),
  },
  {
    check: 'ordering/late-after-final',
    flaw: 'lets an expiry undo a result',
    dialect: 'unico',
    make: () => ({ restates: true }),
  },
  {
    check: 'ordering/before-response',
    flaw: 'has no state for a subject that it has not made itself',
    dialect: 'kycgenie',
    make: () => ({ onlyKnownSubjects: true }),
    blinds: ['ordering/reversed', 'ordering/late-after-final'],
  },
  {
    check: 'tolerance/unknown-type',
    flaw: 'has no default for types',
    dialect: 'kycgenie',
    make: () => ({
      understand: ({ event_type }) => {
        if (event_type === 'something.new') throw new Error('unknown type')
      },
    }),
  },
  {
    check: 'tolerance/unknown-value',
    flaw: 'has no default for statuses',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (!/^(COMPLETED|REJECTED|APPROVED|UPDATED|PENDING_REVIEW|null|undefined)$/.test(String(data(event).status)))
          throw new Error('unknown status')
      },
    }),
  },
  {
    check: 'tolerance/extra-fields',
    flaw: 'refuses unknown fields in what it looks into',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (Object.hasOwn(data(event), 'somethingNew')) throw new Error('unrecognized key')
      },
    }),
  },
  {
    check: 'tolerance/optional-absent',
    flaw: 'relies on a field',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (data(event).user_id === undefined) throw new TypeError('cannot read undefined')
      },
    }),
  },
  {
    check: 'tolerance/null',
    flaw: 'relies on a value',
    dialect: 'rillis',
    make: () => ({
      understand: event => {
        if (data(event).user_id === null) throw new TypeError('cannot read null')
      },
    }),
  },
  {
    check: 'retry/recovers',
    flaw: 'judges the age of the event instead of the signature',
    dialect: 'rillis',
    make: () => ({ understand: tooOld }),
  },
]

function tooOld({ timestamp }: JsonObject): void {
  if (typeof timestamp === 'number' && Date.now() - timestamp > 300_000) throw new Error('too old')
}

/** Answers 503 above so many requests in flight. */
function crowded(most: number): Flaw {
  let inFlight = 0
  return {
    first: async visit => {
      inFlight++
      await pause(10)
      const full = inFlight > most
      inFlight--
      return full && answer(visit, 503)
    },
  }
}

export const httpFlaws: FlawCase[] = [
  {
    check: 'payload/large',
    flaw: 'fails with an error where a body is large',
    dialect: 'unico',
    make: () => ({ first: visit => visit.bytes.length > 200_000 && answer(visit, 500) }),
  },
  {
    check: 'payload/malformed',
    flaw: 'fails with an error where there is no JSON',
    dialect: 'unico',
    make: () => ({ malformed: 500 }),
  },
  {
    check: 'payload/duplicate-keys',
    flaw: 'fails with an error where a key stands twice',
    dialect: 'rillis',
    make: () => ({
      first: visit => (visit.bytes.toString('latin1').match(/"id":/g)?.length ?? 0) > 1 && answer(visit, 500),
    }),
  },
  {
    check: 'payload/content-type',
    flaw: 'wants the content type letter by letter',
    dialect: 'unico',
    make: () => ({ first: visit => visit.header('content-type') !== 'application/json' && answer(visit, 415) }),
    // Only POSTs carry one.
    options: { except: ['http/keep-alive', 'http/slow-body', 'http/method'] },
  },
  {
    check: 'http/chunked',
    flaw: 'wants a content length',
    dialect: 'rillis',
    make: () => ({
      first: visit => visit.header('transfer-encoding') !== undefined && answer(visit, 411),
    }),
  },
  {
    check: 'http/slow-body',
    flaw: 'has no patience',
    dialect: 'rillis',
    // The slow body takes three seconds.
    make: () => ({ patienceMs: 1000 }),
    options: { only: ['http/slow-body', 'http/chunked', 'http/split-packets', 'payload'], except: [] },
  },
  {
    check: 'http/split-packets',
    flaw: 'takes a body in a few pieces only',
    dialect: 'unico',
    make: () => ({ mostPieces: 25 }),
  },
  {
    check: 'http/truncated',
    flaw: 'works on what it has got',
    dialect: 'rillis',
    make: () => ({ hasty: true }),
  },
  {
    check: 'http/reset',
    flaw: 'dies of a broken connection',
    dialect: 'rillis',
    make: () => ({
      onServer: server =>
        server.on('clientError', error => {
          if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') {
            server.close()
            server.closeAllConnections()
          }
        }),
    }),
    blinds: ['delivery/prompt', 'load/burst', 'secrecy/no-leak'],
    options: {
      only: ['http/reset', 'signature/missing', 'delivery/prompt', 'load/burst', 'secrecy'],
      level: 'must',
      except: ['delivery/prompt-margin'],
    },
  },
  {
    check: 'http/keep-alive',
    flaw: 'gives up a connection in the middle of a request',
    dialect: 'unico',
    make: () => {
      const counts = new WeakMap<object, number>()
      return {
        first: ({ request }) => {
          const count = (counts.get(request.socket) ?? 0) + 1
          counts.set(request.socket, count)
          if (count !== 12) return false
          request.socket.destroy()
          return true
        },
      }
    },
    options: { only: ['http/keep-alive'], except: [] },
  },
  {
    check: 'http/method',
    flaw: 'answers 200 to whatever it is asked',
    dialect: 'unico',
    make: () => ({ method: 200 }),
  },
  {
    check: 'load/burst',
    flaw: 'has room for nine at once',
    dialect: 'rillis',
    make: () => crowded(9),
    follows: ['idempotency/concurrent'],
  },
  {
    check: 'load/backlog',
    flaw: 'is full after three hundred',
    dialect: 'unico',
    make: () => ({ first: visit => visit.number > 300 && answer(visit, 507) }),
    options: { only: ['load/backlog'] },
  },
]
