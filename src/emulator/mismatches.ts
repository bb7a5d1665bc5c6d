// How an event or a delivery differs from what is expected, in words: the same for the emulator and for scenarios.
import { isDeepStrictEqual } from 'node:util'
import { type Json, valueAt } from '../core/json.js'
import type { Expectation } from './contract.js'

/** What is compared of an event or a delivery. What takes a look into the ledger is read only where something is expected of it. */
export interface Observed {
  provider: string
  type: string
  /** Event id. */
  event: string
  /** Subscription id; absent for an event. */
  subscription?: string
  /** URL of the subscription; absent for an event. */
  url?(): string
  /** Subject id. */
  subject(): string | null
  /** The payload, and what it was sent as; the first is shown. */
  bodies(): readonly (Json | undefined)[]
}

/** Which events or deliveries are meant: every given field must match. */
type Meant = Pick<Expectation, 'provider' | 'type' | 'event' | 'subject' | 'subscription' | 'url' | 'where'>

/** Which expected values, by path, none of the bodies has. */
export function valueMismatches(
  bodies: readonly (Json | undefined)[],
  where: Readonly<Record<string, Json>> = {},
): string[] {
  return Object.entries(where).flatMap(([path, expected]) => {
    const values = bodies.map(body => valueAt(body, path))
    if (values.some(value => isDeepStrictEqual(value, expected))) return []
    return [`${path} is ${JSON.stringify(values[0]) ?? 'absent'} instead of ${JSON.stringify(expected)}`]
  })
}

/** Where an event or a delivery differs from the one that is meant, in words; empty when it matches. */
export function mismatches(observed: Observed, { url, subject, where, ...ids }: Meant): string[] {
  const found: string[] = []
  const compare = (name: string, seen: string | null | undefined, expected: string) => {
    if (seen !== expected) found.push(`${name} is ${seen ?? 'none'} instead of ${expected}`)
  }
  for (const name of ['provider', 'type', 'event', 'subscription'] as const)
    if (ids[name] !== undefined) compare(name, observed[name], ids[name])
  if (url !== undefined && !observed.url?.().includes(url))
    found.push(`url is ${observed.url?.() || 'none'}, which does not contain ${url}`)
  if (subject !== undefined) compare('subject', observed.subject(), subject)
  return where === undefined ? found : [...found, ...valueMismatches(observed.bodies(), where)]
}

/** What comes nearest to an expectation, in words. */
export const describeNearest = ({ type }: Pick<Observed, 'type'>, id: string, differs: readonly string[]): string =>
  `${type} (${id}): ${differs.join('; ') || 'matches'}`
