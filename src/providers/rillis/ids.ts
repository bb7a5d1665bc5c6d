// Ids and dates in the formats of Rillis's examples, and numbers of documents. Source: Flow, "Example Webhook Payloads".
import type { Faker } from '@faker-js/faker'
import { isoDate } from '../../core/instant-text.js'
import { hexTextAfter } from '../../provider/fake.js'

const SECOND_MS = 1000
const YEAR_DAYS = 365.25

/** True for 24 lower-case hex characters, the format of every documented id. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{24}$/.test(text)
}

/** An id made of an instant (ms) and 16 hex characters: it starts with the seconds in hex, as all documented event ids do. */
export function idFrom(at: number, tail: string): string {
  return (
    Math.floor(at / SECOND_MS)
      .toString(16)
      .padStart(8, '0') + tail
  )
}

/** A generated id for an instant (ms). */
export function idAt(fake: Faker, at: number): string {
  return hexTextAfter(Math.floor(at / SECOND_MS), fake, 16)
}

/** The instant (ms) that many years earlier; later if negative. */
export function yearsBefore(at: number, years: number): number {
  return at - Math.round(years * YEAR_DAYS) * 86_400_000
}

/** Age in whole years of a person born on a `YYYY-MM-DD` date, at an instant (ms). */
export function ageAt(birthDate: string, at: number): number {
  const today = isoDate(at)
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years
}

/** A Chilean tax number such as `76543210-3`: a number and its modulo 11 check digit (0-9 or K). */
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

/** A number shaped like those of Chilean passports: a letter and eight digits. */
export function passportNumber(fake: Faker): string {
  return `P${fake.number.int({ min: 10_000_000, max: 99_999_999 })}`
}

/** A number shaped like those of Argentine identity documents: eight digits, higher for the younger (about 20 million born in 1968); `nth` of the year, below 714,000. */
export function argentineDni(birthYear: number, nth: number): string {
  return String(20_000_000 + (birthYear - 1968) * 714_000 + nth)
}
