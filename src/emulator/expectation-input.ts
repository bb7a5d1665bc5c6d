// What a caller gives for an expectation, checked: durations, paths and texts.
import { durationProblem } from '../core/duration.js'
import { EmulatorError } from '../core/errors.js'
import { checkValue, pathProblem } from '../core/json.js'
import type { Expectation } from './contract.js'

/** Throws `invalid_input` for durations beyond 100 years, paths of too many segments, and values that cannot be taken in. */
export function checkExpectation(expected: Expectation): void {
  checkValue(expected, 'expectation')
  const { withinMs, neverWithinMs, timeoutMs, where = {} } = expected
  for (const [name, given] of Object.entries({ withinMs, neverWithinMs, timeoutMs })) {
    const problem = given === undefined ? undefined : durationProblem(given)
    if (problem !== undefined) throw new EmulatorError(problem, { code: 'invalid_input', where: name })
  }
  for (const path of Object.keys(where)) {
    const problem = pathProblem(path)
    if (problem !== undefined) throw new EmulatorError(problem, { code: 'invalid_input', where: 'where' })
  }
}
