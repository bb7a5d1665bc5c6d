// Generates a text that matches a pattern.
import type { Faker } from '@faker-js/faker'
import { type Pattern, parsePattern } from './pattern.js'
import { patternMatcher } from './pattern-matcher.js'

/** How many repetitions above the minimum `*`, `+` and `{n,}` give at most. */
const EXTRA = 6

/** A text that matches the pattern; undefined if the pattern uses what is not supported (look-arounds, back-references, …). */
export function textMatching(pattern: string, fake: Faker): string | undefined {
  try {
    const matches = patternMatcher(pattern)
    const text = generated(parsePattern(pattern), fake)
    return text !== undefined && matches(text) ? text : undefined
  } catch {
    return undefined
  }
}

/** Undefined where a set has no member that could be generated. */
function generated(pattern: Pattern, fake: Faker): string | undefined {
  const all = (parts: (string | undefined)[]) => (parts.includes(undefined) ? undefined : parts.join(''))
  switch (pattern.kind) {
    case 'character':
      return pattern.text
    case 'assertion':
      return ''
    case 'set':
      return pattern.members === '' ? undefined : fake.helpers.arrayElement([...pattern.members])
    case 'sequence':
      return all(pattern.parts.map(part => generated(part, fake)))
    case 'either':
      return generated(fake.helpers.arrayElement(pattern.branches), fake)
    case 'repeat': {
      const { least, most, one } = pattern
      const max = most === Number.POSITIVE_INFINITY ? least + EXTRA : most
      return all(Array.from({ length: fake.number.int({ min: least, max }) }, () => generated(one, fake)))
    }
  }
}
