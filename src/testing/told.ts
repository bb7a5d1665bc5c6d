// What a test is told of its mistakes: test runners print an error's message and stack, so the remedy and the test's line go there.
import { EmulatorError } from '../core/errors.js'

function withRemedy(error: EmulatorError): EmulatorError {
  const { message, code, hint, where, issues } = error
  const more = issues
    .map(issue => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`))
    .filter(text => !message.includes(text))
  const remedy = hint === undefined || message.includes(hint) ? [] : [hint]
  const text = [[message, ...remedy].join(' '), ...more.map(one => `  - ${one}`)].join('\n')
  return new EmulatorError(text, { code, hint, where, issues })
}

/** Does what a test asks for. A mistake of its writer is thrown with the remedy in its message, from the line that asked. */
export async function told<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // Made here and not where it was found: only from here does the stack lead back to the test.
    throw error instanceof EmulatorError ? withRemedy(error) : error
  }
}
