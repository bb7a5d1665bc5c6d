// What the fuzz puts into requests besides values: names of spaces, headers, parts of URLs and durations that are wrong or odd.
import type { Json } from '../../src/core/json.js'

/** Names of spaces, right and wrong, as they stand in a path. */
export const SPACES = [
  'a',
  'b',
  'fuzz',
  'bad%20name',
  '%00',
  '..%2f',
  '-a',
  'x'.repeat(65),
  '%zz',
  '%ff',
  'ä',
  '__proto__',
  'a;b',
]

export const ODD_HEADERS: readonly [name: string, value: string][] = [
  ['host', 'evil.example'],
  ['host', ''],
  ['host', '[::1'],
  ['host', 'localhost:99999'],
  ['origin', 'null'],
  ['origin', 'http://'],
  ['origin', 'https://evil.example'],
  ['content-type', 'text/plain'],
  ['content-type', 'application/json; charset=utf-16'],
  ['content-type', 'multipart/form-data'],
  ['content-encoding', 'gzip'],
  ['accept', 'text/html'],
  ['accept', '*/*;q=0'],
  ['authorization', 'Bearer'],
  ['authorization', 'Basic ====='],
  ['authorization', 'Bearer \xff\xfe'],
  ['last-event-id', '-1'],
  ['last-event-id', '1e400'],
  ['idempotency-key', 'x'.repeat(5000)],
  ['cookie', 'a=b; '.repeat(500)],
  ['expect', '200-ok'],
  ['range', 'bytes=0-'],
  ['if-none-match', '*'],
  ['x-forwarded-host', 'evil.example'],
  ['x-http-method-override', 'DELETE'],
  ['sec-fetch-site', 'cross-site'],
]

/** Segments of a path, as they are written. */
export const WRONG_SEGMENTS = ['%zz', '%', '%ff%fe', '%2e%2e', '%00', '', '.', ';']

/** Query parameters that nobody asks for. */
export const WRONG_QUERIES = [
  'x=1',
  '__proto__=1',
  '%zz=%zz',
  '=',
  '&&',
  '%ff=%00',
  'limit=1&limit=2',
  `q=${'y'.repeat(4000)}`,
]

/** Paths of no route. */
export const NOWHERE = [
  '/',
  '//',
  '/_standin',
  '/_standin/',
  '/_standin//events',
  '/spaces/',
  '/spaces//x',
  '/spaces/a',
  '/spaces/a/',
  '/favicon.ico',
  '/_standin/events/../..',
  `/${'z'.repeat(2000)}`,
  '/rillis',
  '/unico/%zz',
  '/kycgenie/nothing',
  '/_standin/%zz',
  '/standard/x',
]

/** What is no duration, or too long for one. */
export const WRONG_DURATIONS: readonly Json[] = [
  '99999999999d',
  '-5s',
  1e308,
  1e15,
  '1 fortnight',
  '',
  -1,
  null,
  {},
  [],
]
