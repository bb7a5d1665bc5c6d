// Users' mistakes as tests should see them: test runners print an error's message and stack only, so the hint goes into the message.
import { EmulatorError } from '../core/errors.js'

function withHint({ message, code, hint, where, issues }: EmulatorError): EmulatorError {
  const more = issues
    .map(issue => (issue.path === '' ? issue.message : `${issue.path}: ${issue.message}`))
    .filter(text => !message.includes(text))
  const hints = hint === undefined || message.includes(hint) ? [] : [hint]
  const text = [[message, ...hints].join(' '), ...more.map(one => `  - ${one}`)].join('\n')
  return new EmulatorError(text, { code, hint, where, issues })
}

/** Does the work; an EmulatorError is rethrown with its hint and issues in the message, from the line of the test that made the call. */
export async function rethrowWithHint<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    // Made here and not where it was thrown: only from here does the stack lead back to the test.
    throw error instanceof EmulatorError ? withHint(error) : error
  }
}
