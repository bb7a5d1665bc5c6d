// A JSON object given as a text that is sent as it is: whether it is one, and where it stops being one.
import { EmulatorError, excerpt } from './errors.js'
import { checkValue, isJsonObject, type JsonObject, sizeProblem } from './json.js'

/** A value that is no list and no object, from where it begins. */
const SCALAR =
  /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/uy
const SPACE = /[ \t\n\r]*/y

/** Where a text that is not JSON stops being JSON, from 0. It is nested no deeper than `MAX_DEPTH`. */
function failureAt(text: string): number {
  let at = 0
  let furthest = 0
  const space = () => {
    SPACE.lastIndex = at
    at += SPACE.exec(text)?.[0].length ?? 0
    furthest = at
  }
  const skip = (token: string): boolean => {
    space()
    if (text[at] !== token) return false
    at++
    return true
  }
  const scalar = (): boolean => {
    space()
    SCALAR.lastIndex = at
    const found = SCALAR.exec(text)
    if (found === null) return false
    at += found[0].length
    return true
  }
  const isText = (): boolean => {
    space()
    return text[at] === '"'
  }
  const items = (close: string, item: () => boolean): boolean => {
    if (skip(close)) return true
    do if (!item()) return false
    while (skip(','))
    return skip(close)
  }
  const value = (): boolean => {
    if (skip('{')) return items('}', () => isText() && scalar() && skip(':') && value())
    if (skip('[')) return items(']', value)
    return scalar()
  }
  if (value()) space()
  return furthest
}

/** Why a text is not a JSON object that can be sent, with line and column in the text; undefined where it is one. */
export function objectTextProblem(text: string): string | undefined {
  if (text.trim() === '') return 'The text is empty; it must be a JSON object.'
  const size = sizeProblem(text)
  if (size !== undefined) return `The text is JSON that ${size}.`
  try {
    return isJsonObject(JSON.parse(text)) ? undefined : 'The text is JSON, but not an object.'
  } catch {
    const at = failureAt(text)
    const before = text.slice(0, at).split('\n')
    const found = at >= text.length ? 'it ends' : `it has "${excerpt(text.slice(at, at + 20).split('\n')[0] ?? '')}"`
    return `The text is not JSON: ${found} at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}.`
  }
}

/** What a user does about `objectTextProblem`. */
export const OBJECT_TEXT_HINT = 'Correct the text; to send a body that is no JSON, add a "malform" fault.'

/** The object of a JSON text. Throws `invalid_input` for what `objectTextProblem` finds and for what cannot be stored. */
export function objectOfText(text: string, where: string): JsonObject {
  const problem = objectTextProblem(text)
  if (problem !== undefined)
    throw new EmulatorError(`${where}: ${problem}`, {
      code: 'invalid_input',
      hint: OBJECT_TEXT_HINT,
      where,
      issues: [{ path: where, message: problem }],
    })
  const value: JsonObject = JSON.parse(text)
  checkValue(value, where)
  return value
}
