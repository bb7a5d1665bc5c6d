// One flaw of a receiver: the check that must find it, and what follows from it; with what the flaws are made of.
import type { JsonObject } from '../../../src/core/json.js'
import { isJsonObject } from '../../../src/core/json.js'
import type { VerifyOptions } from '../../../src/verify/verification.js'
import {
  type Dialect,
  type Flaw,
  hmac,
  same,
  signatureHeader,
  signatures,
  signedText,
  stampHeader,
  type Visit,
} from '../flawed-receiver.js'

export interface FlawCase {
  check: string
  flaw: string
  dialect: Dialect
  make(): Flaw
  /** What the check says that it saw, among other words. */
  says?: string
  /** Other checks that fail because of the same flaw, or that are not judged because `check` failed. */
  follows?: readonly string[]
  /** Checks that cannot be judged then; `all` is everything else. */
  blinds?: readonly string[] | 'all'
  options?: Partial<VerifyOptions>
}

/** How long the effects of a receiver that loses some are waited for, real ms; it acts before it answers. Others are waited for as by default. */
export const LOST_MS = 300

export const data = (event: JsonObject): JsonObject => (isJsonObject(event.data) ? event.data : {})
export const answer = ({ response }: Visit, status: number): true => {
  response.writeHead(status).end()
  return true
}
export const given = (dialect: Dialect, visit: Visit) => visit.header(signatureHeader(dialect))
export const right = (dialect: Dialect, visit: Visit, body?: string) => hmac(dialect, signedText(dialect, visit, body))
export const anyIs = (dialect: Dialect, visit: Visit, wanted: string) =>
  signatures(dialect, given(dialect, visit)).some(one => same(one, wanted))
/** Trusts a request whose timestamp is fresh by `fresh`. */
export const trusting = (dialect: Dialect, fresh: (stamp: number, text: string) => boolean) => ({
  trusted: (visit: Visit) => {
    const stamp = visit.header(stampHeader(dialect)) ?? ''
    return fresh(Number(stamp), stamp) && anyIs(dialect, visit, right(dialect, visit))
  },
})
export const seconds = () => Date.now() / 1000
export const isText = (stamp: string) => /^\d{1,11}$/.test(stamp)
