// Flaws of receivers that check the age of a request, or its credentials, or that say too much.
import { BASIC, hmac, isFresh, KEY, signedText } from '../flawed-receiver.js'
import { anyIs, type FlawCase, isText, right, seconds, trusting } from './flaw-case.js'

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
    make: () => trusting('kycgenie', (stamp, text) => /^\d+$/.test(text) && seconds() - stamp < 300),
    follows: ['freshness/garbage'],
  },
  {
    check: 'freshness/garbage',
    flaw: 'compares with what is no number',
    dialect: 'rillis',
    make: () => trusting('rillis', stamp => !(Math.abs(seconds() - stamp) > 300)),
    follows: ['freshness/garbage-number'],
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
    flaw: 'answers what it knows before it looks at credentials',
    dialect: 'unico',
    make: () => {
      const known = new Set<string>()
      return {
        trusted: ({ text }, good) => {
          const isKnown = known.has(text)
          if (good()) known.add(text)
          return isKnown || good()
        },
      }
    },
    options: { only: ['auth', 'idempotency/duplicate'] },
  },
  {
    check: 'auth/missing',
    flaw: 'accepts a request without credentials',
    dialect: 'unico',
    make: () => ({ trusted: (visit, good) => visit.header('authorization') === undefined || good() }),
    follows: ['auth/other-scheme'],
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
    follows: ['auth/near-miss', 'auth/partial'],
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
  {
    check: 'secrecy/no-leak',
    flaw: 'shows the stack of PHP',
    dialect: 'unico',
    make: () => ({ says: () => 'RuntimeException: no in /srv/app/hook.php:12\nStack trace:\n#0 {main}' }),
    options: { only: ['secrecy'] },
  },
]
