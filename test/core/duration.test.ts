// Durations and instants within limits.
import { describe, expect, it } from 'vitest'
import { duration, writtenDuration } from '../../src/api/duration.js'
import {
  durationMs,
  durationProblem,
  isInstant,
  LATEST_INSTANT,
  LONGEST_DURATION_MS,
  parseDuration,
} from '../../src/core/duration.js'

const BEYOND = ['99999999999d', '36526d', 1e300, LONGEST_DURATION_MS + 1, '1'.repeat(90), Number.POSITIVE_INFINITY]

describe('a duration', () => {
  it('is at most 100 years', () => {
    expect(durationMs('36525d')).toBe(LONGEST_DURATION_MS)
    expect(parseDuration(LONGEST_DURATION_MS)).toBe(LONGEST_DURATION_MS)
  })

  it.each(BEYOND)('%s is none', given => {
    expect(durationMs(given)).toBeUndefined()
    expect(durationProblem(given)).toContain('at most 100 years')
    expect(() => parseDuration(given, '--timeout')).toThrow('longer than 100 years')
    expect(duration.safeParse(given).success).toBe(false)
    expect(writtenDuration(/\$\{x\}/).safeParse(given).success).toBe(false)
  })

  it('is no text of a megabyte, and the error does not repeat it', () => {
    const problem = durationProblem('5'.repeat(1_000_000))
    expect(problem).toContain('is not a duration')
    expect(problem?.length).toBeLessThan(300)
  })

  it('may be a placeholder where one is allowed', () => {
    expect(writtenDuration(/\$\{x\}/).safeParse(['$', '{x}'].join('')).success).toBe(true)
  })
})

describe('an instant', () => {
  it('is in the years 1970 to 9999', () => {
    expect(new Date(LATEST_INSTANT).toISOString()).toBe('9999-12-31T23:59:59.999Z')
    expect([0, LATEST_INSTANT].every(isInstant)).toBe(true)
    expect([-1, LATEST_INSTANT + 1, 8.64e15, 1e300, Number.NaN].some(isInstant)).toBe(false)
  })
})
