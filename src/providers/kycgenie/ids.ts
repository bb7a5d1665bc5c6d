// Ids and timestamps in KYC Genie's formats. Source: Webhooks API, "List Webhooks", example.
import type { Faker } from '@faker-js/faker'
import { micros } from '../../core/instant-text.js'

/** True for a lower-case uuid of version 4. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(text)
}

const TIMESTAMP = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}\+00:00$/

/** True for a timestamp with microseconds and `+00:00`; such texts sort by time. */
export function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && TIMESTAMP.test(value)
}

/** Any date and time as such a timestamp; null for what is none. */
export function asTimestamp(value: unknown): string | null {
  if (isTimestamp(value)) return value
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? null : micros(at, '+00:00')
}

/** The timestamp of an event: the emulator's time (ms) with generated microseconds, but never before the last timestamp of its story. */
export function eventTime(fake: Faker, now: number, { last_at: last }: { last_at: string | null }): string {
  const at = micros(now, '+00:00', fake.number.int({ min: 0, max: 999 }))
  return last !== null && last > at ? last : at
}

/** A timestamp moved by milliseconds; its microseconds stay. */
export function shifted(at: string, byMs: number): string {
  const moved = Date.parse(`${at.slice(0, 23)}Z`) + byMs
  return micros(moved, '+00:00', isTimestamp(at) ? Number(at.slice(23, 26)) : 0)
}

/** A timestamp that the story does not have yet: `ms` before `at`, but not before `floor`. */
export function earlier(at: string, ms: number, floor?: string | null): string {
  const time = shifted(at, -ms)
  return floor && floor > time ? floor : time
}

/** The timestamp of a stored record: an instant (ms), with microseconds taken from the record's uuid. */
export function recordTimestamp(at: number, id: string): string {
  return micros(at, '+00:00', Number.parseInt(id.slice(0, 6), 16) % 1000 || 0)
}
