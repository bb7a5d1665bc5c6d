// Ids, dates and Chilean tax numbers in the forms that Rillis's examples show.
import type { Faker } from '@faker-js/faker'

const SECOND_MS = 1000
const YEAR_DAYS = 365.25

/** 24 lower-case hex characters, as in every documented example. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text)
}

/** `count` lower-case hex characters; several times cheaper than drawing them one by one. */
export function hexText(fake: Faker, count: number): string {
  let text = ''
  while (text.length < count) text += fake.number.int({ max: 0xffffffff }).toString(16).padStart(8, '0')
  return text.slice(0, count)
}

/** An id of an instant (ms) and 16 hex characters: it begins with the seconds, as the five documented event ids do. */
export function idFrom(at: number, tail: string): string {
  return (
    Math.floor(at / SECOND_MS)
      .toString(16)
      .padStart(8, '0') + tail
  )
}

/** A made-up id of an instant (ms). */
export function idAt(fake: Faker, at: number): string {
  return idFrom(at, hexText(fake, 16))
}

/** `2025-02-05T19:37:51.042Z` of an instant in ms. */
export function isoInstant(at: number): string {
  return new Date(at).toISOString()
}

/** `2025-02-05` of an instant in ms, UTC. */
export function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** The instant (ms) so many years earlier (or, negative, later). */
export function yearsBefore(at: number, years: number): number {
  return at - Math.round(years * YEAR_DAYS) * 86_400_000
}

/** Whole years from a `YYYY-MM-DD` date to an instant (ms), as a birthday counts them. */
export function ageAt(birthDate: string, at: number): number {
  const today = isoDate(at)
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}

/** A Chilean tax number, `76543210-3`: a number and its modulo 11 check digit (0-9 or K). */
export function rut(number: number): string {
  let sum = 0
  let weight = 2
  for (let rest = number; rest > 0; rest = Math.floor(rest / 10)) {
    sum += (rest % 10) * weight
    weight = weight === 7 ? 2 : weight + 1
  }
  const digit = 11 - (sum % 11)
  return `${number}-${digit === 11 ? '0' : digit === 10 ? 'K' : digit}`
}
