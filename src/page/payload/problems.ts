// What is wrong with a payload as it is being written, each with its place in the text.
import type { JsonObject } from '../../core/json.js'
import type { PlacedProblem } from '../form/problems.js'
import { pathText } from '../json/changes.js'
import { schemaProblems } from '../json/check.js'
import { placeOf, type Reading, type Span } from '../json/read.js'

/** A problem in the text of a payload. */
export interface PayloadProblem extends Span {
  /** Dotted; empty where the text is no JSON. */
  path: string
  message: string
  /** The server found it, in what was sent. */
  isFromServer: boolean
}

/** The place of a path in the text; of a missing one, that of what it would be in. */
function spanOf(reading: Reading, path: readonly string[], isKey: boolean): Span {
  for (let length = path.length; length >= 0; length--) {
    const place = reading.places.get(placeOf(path.slice(0, length)))
    if (place === undefined) continue
    if (length === path.length) return (isKey ? place.key : undefined) ?? place.value
    return place.key ?? { from: place.value.from, to: place.value.from + 1 }
  }
  return { from: 0, to: 1 }
}

/** Problems in the order of the text; the schema is asked only where the text is JSON. */
export function payloadProblems(
  reading: Reading,
  schema: JsonObject,
  fromServer: readonly PlacedProblem[],
): PayloadProblem[] {
  if (reading.problems.length > 0 || reading.value === undefined)
    return reading.problems.map(problem => ({ ...problem, path: '', isFromServer: false }))
  const own = schemaProblems(reading.value, schema, schema).map(({ path, message, isKey }) => ({
    ...spanOf(reading, path, isKey),
    path: pathText(path),
    message,
    isFromServer: false,
  }))
  const told = fromServer.map(({ path, message }) => ({
    ...spanOf(reading, path.split('.'), false),
    path,
    message,
    isFromServer: true,
  }))
  return [...own, ...told].sort((a, b) => a.from - b.from)
}
