// Generated data: faker, one locale at a time, reseeded for each event. Nothing else loads it.
import type { Faker } from '@faker-js/faker'

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
  return new Another({ locale: faker.rawDefinitions })
}

async function sharedFaker(locale: FakeLocale): Promise<Faker> {
  if (locale === 'es') return (await import('@faker-js/faker/locale/es')).faker
  if (locale === 'pt_BR') return (await import('@faker-js/faker/locale/pt_BR')).faker
  return (await import('@faker-js/faker/locale/en')).faker
}

/** Sets a faker to the beginning of a stream, its present being `now` (ms). */
export function reseed(fake: Faker, words: readonly number[], now: number): Faker {
  fake.seed([...words])
  fake.setDefaultRefDate(new Date(now))
  return fake
}

/** `2026-01-19T10:30:00.123456+00:00`: an instant (ms) with microseconds, the last three digits from the faker or 000. */
export function micros(at: number, suffix: '+00:00' | 'Z', fake?: Faker): string {
  const tail = fake ? String(fake.number.int({ min: 0, max: 999 })).padStart(3, '0') : '000'
  return new Date(at).toISOString().replace('Z', `${tail}${suffix}`)
}
