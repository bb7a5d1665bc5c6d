// A deliberate misbehaviour of the sender, as data: what it does, and to which attempts.
import type { Json } from './json.js'

export const FAULT_KINDS = [
  'duplicate',
  'reorder',
  'delay',
  'drop',
  'stale',
  'future',
  'tamper',
  'wrongSecret',
  'omitSignature',
  'malform',
  'unknownType',
  'unknownValue',
  'extraFields',
  'omitOptional',
  'nullOptional',
  'pad',
  'chunked',
  'slowBody',
  'splitPackets',
  'truncate',
  'reset',
  'lostAck',
  'contentType',
  'rotate',
  'method',
] as const
/**
 * What a fault does to the requests of a provider; docs/faults.md describes each kind.
 * @example const kind: FaultKind = 'lostAck'
 */
export type FaultKind = (typeof FAULT_KINDS)[number]

export const MALFORMATIONS = [
  'truncated',
  'array',
  'empty',
  'text',
  'bom',
  'invalidUtf8',
  'duplicateKeys',
] as const satisfies readonly string[]
export const DROPPED_AS = ['timed_out', 'refused', 'reset', 'unreachable'] as const
export const RESET_AT = ['before', 'during', 'after'] as const
export const OTHER_METHODS = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

type Nothing = Record<never, never>

/** The parameters of each kind. `Duration` is a duration: milliseconds once checked, `90s` or milliseconds as given. */
export interface FaultParameters<Duration = number> {
  duplicate: { copies: number; concurrent: boolean }
  reorder: { mode: 'reverse' | 'shuffle'; size: number; within: Duration; apart: Duration }
  delay: { by: Duration }
  drop: { as: (typeof DROPPED_AS)[number]; status?: number; headers?: Record<string, string> }
  stale: { by: Duration }
  future: { by: Duration }
  tamper: { path?: string; value?: Json }
  wrongSecret: Nothing
  omitSignature: Nothing
  malform: { as: (typeof MALFORMATIONS)[number] }
  unknownType: { as?: string }
  unknownValue: { path?: string; value?: Json }
  extraFields: Nothing
  omitOptional: { paths?: string[] }
  nullOptional: { paths?: string[] }
  pad: { toBytes: number; with: 'spaces' | 'field' }
  chunked: Nothing
  slowBody: { over: Duration }
  splitPackets: { bytes: number }
  truncate: { bytes: number }
  reset: { at: (typeof RESET_AT)[number] }
  lostAck: Nothing
  contentType: { value: string | null }
  rotate: Nothing
  method: { method: (typeof OTHER_METHODS)[number] }
}

/** Which attempts a fault applies to: every given field must match; `probability` is decided last. */
export interface FaultScope<Duration = number> {
  provider?: string
  channel?: string
  /** Event type in the provider's spelling. */
  type?: string
  /** Subscription id. */
  subscription?: string
  /** Event id. */
  event?: string
  /** Numbers of attempts, from 1. Default: every one (of `reorder`: the first). */
  attempts?: number[]
  /** Fires this many times, then no more. */
  next?: number
  /** Fires for this long on the emulator's clock, from when it is added. */
  for?: Duration
  /** Is removed after this much real time, whatever the clock. */
  ttl?: Duration
  /** Chance of firing, from the run's seed: above 0, at most 1. */
  probability?: number
}

/** A fault of one kind, checked: durations in ms, defaults filled in. */
export type FaultOf<K extends FaultKind> = { kind: K } & FaultParameters[K] & FaultScope
/**
 * Any fault, checked.
 * @example { kind: 'stale', by: 600_000, next: 1 }
 */
export type Fault = { [K in FaultKind]: FaultOf<K> }[FaultKind]
/**
 * Any fault as users give it: defaults may be left out, durations are `90s`, `5m` or milliseconds.
 * @example { kind: 'delay', by: '90s', provider: 'standard', attempts: [1] }
 */
export type FaultInput = {
  [K in FaultKind]: { kind: K } & Partial<FaultParameters<string | number>[K]> & FaultScope<string | number>
}[FaultKind]

/**
 * A fault that was added to an emulator.
 * @example const { id, fired, remaining } = await emulator.faults.add({ kind: 'stale', by: '10m', next: 2 }) // fl_1, 0, 2
 */
export interface ActiveFault {
  /** `fl_1`. */
  id: string
  fault: Fault
  /** Emulator ms. */
  addedAt: number
  /** Emulator ms from which on it no longer fires; null: no such time. */
  until: number | null
  /** Real ms at which it is removed; null: never by itself. */
  expiresAt: number | null
  /** How often it has fired. */
  fired: number
  /** How often it may still fire; null: without limit. */
  remaining: number | null
  /** False once it can no longer fire. */
  active: boolean
  /** Why it last did not fire on an attempt that it matches ("nothing is signed"); null: it always did. */
  lastSkipReason: string | null
}
