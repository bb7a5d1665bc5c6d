// Flaws of the receivers in receiver.py.
import type { Dialect } from '../flawed-receiver.js'

const SIGNED = ['signature', 'freshness']

/** By kind: the check that must find it, what follows from it, and what it is looked for with. */
export const PYTHON_FLAWS: [Dialect, kind: string, check: string, follows: string[], only: string[]][] = [
  ['kycgenie', 'any-tag', 'signature/version', [], SIGNED],
  ['rillis', 'any-tag', 'signature/version', [], SIGNED],
  ['kycgenie', 'substring', 'signature/extended', ['signature/version'], SIGNED],
  ['rillis', 'substring', 'signature/extended', ['signature/version'], SIGNED],
  ['rillis', 'first-characters', 'signature/near-miss', ['signature/truncated', 'signature/extended'], SIGNED],
  ['kycgenie', 'any-case', 'signature/near-miss', [], SIGNED],
  ['kycgenie', 'known-versions-only', 'signature/unknown-version', [], SIGNED],
  ['kycgenie', 'strips', 'signature/body-bytes', ['signature/added-whitespace'], SIGNED],
  ['kycgenie', 'any-newline', 'signature/added-whitespace', [], SIGNED],
  ['rillis', 'writes-as-go', 'signature/escapes', [], SIGNED],
  ['rillis', 'nothing-from-the-future', 'freshness/clock-ahead', [], SIGNED],
  ['kycgenie', 'nothing-from-the-future', 'freshness/clock-ahead', [], SIGNED],
  ['unico', 'password-beginning', 'auth/near-miss', [], ['auth']],
  ['unico', 'password-any-case', 'auth/near-miss', [], ['auth']],
  ['unico', 'password-only', 'auth/partial', [], ['auth']],
  ['unico', 'user-alone', 'auth/partial', [], ['auth']],
  ['rillis', 'no-null', 'payload/null-character', [], ['payload']],
  ['kycgenie', 'encodes-again', 'payload/lone-surrogate', [], ['payload']],
  ['unico', 'recurses', 'payload/deep-nesting', [], ['payload']],
  ['unico', 'takes-lists', 'payload/malformed', [], ['payload']],
  ['unico', 'exact-header-names', 'http/header-case', [], ['http']],
  ['unico', 'acts-on-half', 'http/truncated', [], ['http']],
  ['kycgenie', 'loses-workers', 'http/broken-connections', [], ['http/broken', 'http/reset', 'http/chunked']],
  ['unico', 'waits-for-the-silent', 'http/idle-connections', [], ['http/idle', 'http/chunked']],
  ['rillis', 'refuses-expect', 'http/expect-continue', [], ['http/expect', 'http/chunked']],
  ['rillis', 'reads-once', 'http/split-packets', [], ['http/split', 'http/chunked']],
]
