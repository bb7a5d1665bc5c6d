// Generated data: faker, one locale at a time, reseeded for each event. Nothing else loads it.
import type { Faker, Randomizer } from '@faker-js/faker'

/** The locales that generated data come in. */
export type FakeLocale = 'en' | 'es' | 'pt_BR'

/** A new faker in a locale; the package's shared one belongs to the user and stays as it is. Loading takes about 25 ms. */
export async function loadFaker(locale: FakeLocale): Promise<Faker> {
  const shared = await sharedFaker(locale)
  return anotherFaker(shared)
}

/** A second faker of the same locale, for code that cannot use one before the next await. */
export function anotherFaker(faker: Faker): Faker {
  // Importing the class itself would load every locale (190 ms).
  const Another = faker.constructor as typeof Faker
  const randomizer = xoshiro()
  const another = new Another({ locale: faker.rawDefinitions, randomizer })
  randomizers.set(another, randomizer)
  return another
}

async function sharedFaker(locale: FakeLocale): Promise<Faker> {
  if (locale === 'es') return (await import('@faker-js/faker/locale/es')).faker
  if (locale === 'pt_BR') return (await import('@faker-js/faker/locale/pt_BR')).faker
  return (await import('@faker-js/faker/locale/en')).faker
}

/** A generator that can be set back to where it was. */
interface Resumable extends Randomizer {
  /** What makes it go on from here. */
  bookmark(): () => void
}

/** The generators of the fakers made here. */
const randomizers = new WeakMap<Faker, Resumable>()

/**
 * The generator xoshiro128**, of which a seed is the whole state: faker's own Mersenne twister fills 624 words for each seed, which costs
 * more than a payload.
 */
function xoshiro(): Resumable {
  let a = 1
  let b = 0
  let c = 0
  let d = 0
  const word = (): number => {
    const scrambled = Math.imul(b, 5)
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }
  return {
    next: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
    seed: seed => {
      ;[a = 0, b = 0, c = 0, d = 0] = typeof seed === 'number' ? [seed] : seed
      // A state of zeros would stay so.
      if ((a | b | c | d) === 0) a = 1
      // Seeds that are alike diverge only after some steps.
      for (let i = 0; i < 20; i++) word()
    },
    bookmark: () => {
      const state = [a, b, c, d] as const
      return () => {
        ;[a, b, c, d] = state
      }
    },
  }
}

const DIGITS = Buffer.from('0123456789abcdef')
const HEX = Buffer.alloc(64)
const UUID = Buffer.from('00000000-0000-4000-8000-000000000000')

/** Where the digits of a uuid are in its text. */
const PLACES = [...UUID.keys()].filter(place => UUID[place] !== 0x2d)

/** Writes the digits of a 32-bit number into HEX. Buffers in place of short texts spare an event thousands of bytes of garbage. */
function putWord(at: number, word: number): void {
  for (let i = 0; i < 8; i++) HEX[at + i] = DIGITS[(word >>> (28 - 4 * i)) & 15] ?? 0
}

/** Writes random digits into HEX. */
function fillHex(fake: Faker, from: number, to: number): void {
  for (let at = from; at < to; at += 8) putWord(at, fake.number.int(0xffffffff))
}

/** Sets a faker to the beginning of a stream, its present being `now` (ms). */
export function reseed(fake: Faker, words: number[], now: number): Faker {
  fake.seed(words)
  fake.setDefaultRefDate(new Date(now))
  return fake
}

/** What `work` makes with a faker of `loadFaker` at the beginning of another stream; the faker then goes on where it was. */
export function aside<T>(fake: Faker, words: number[], now: number, work: (fake: Faker) => T): T {
  const resume = randomizers.get(fake)?.bookmark()
  const present = fake.defaultRefDate()
  try {
    return work(reseed(fake, words, now))
  } finally {
    resume?.()
    fake.setDefaultRefDate(present)
  }
}

/** A surname of the locale, without the search for its pattern that makes faker's own six times slower. */
export function surname(fake: Faker): string {
  return fake.helpers.arrayElement(fake.definitions.person.last_name.generic ?? [])
}

/**
 * A text without the accents of its Western letters. Not by `normalize` of the whole: what that returns takes two bytes for each character,
 * and so does every JSON text with it in.
 */
export function withoutAccents(text: string): string {
  return text.replace(/[À-ÿ]/g, letter => letter.normalize('NFD')[0] ?? '')
}

/** `count` lower-case hex characters, at most 64; several times faster than generating them one by one. */
export function hexText(fake: Faker, count: number): string {
  fillHex(fake, 0, count)
  return HEX.toString('latin1', 0, count)
}

/** The eight hex characters of a 32-bit number, and `count` random ones. */
export function hexTextAfter(first: number, fake: Faker, count: number): string {
  putWord(0, first)
  fillHex(fake, 8, 8 + count)
  return HEX.toString('latin1', 0, 8 + count)
}

/** A lower-case uuid of version 4, from four random numbers where faker's own takes thirty-one. */
export function uuidText(fake: Faker): string {
  fillHex(fake, 0, 32)
  const variant = DIGITS[8 + (DIGITS.indexOf(HEX[16] ?? 0) % 4)] ?? 0
  PLACES.forEach((place, i) => {
    UUID[place] = HEX[i] ?? 0
  })
  UUID[14] = 0x34
  UUID[19] = variant
  return UUID.toString('latin1')
}

/** `count` decimal digits, at most 15, from one random number. */
export function digitText(fake: Faker, count: number): string {
  return String(fake.number.int(10 ** count - 1)).padStart(count, '0')
}
