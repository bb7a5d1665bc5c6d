// Checks a JSON Schema when it is declared: that it is supported, and that neither generating nor checking data can take long.
import type { ZodType } from 'zod'
import type { JsonObject } from '../../core/json.js'
import { isJsonObject } from '../../core/json.js'
import { schemasIn, withImpliedTypes, zodOf } from './json-schema.js'
import { withLocalReferences } from './local-references.js'
import { patternMatcher } from './pattern-matcher.js'
import { costProblem } from './schema-cost.js'

/** A declared JSON Schema as data is generated from it and checked: local references resolved, implied types added. */
export function preparedSchema(schema: JsonObject): JsonObject {
  return withImpliedTypes(withLocalReferences(schema))
}

/** The zod schema of a declared JSON Schema. Throws an Error that says what is wrong with it. */
export function declaredSchema(schema: JsonObject): ZodType {
  const whole = preparedSchema(schema)
  const all = schemasIn(whole)
  const problem = costProblem(whole, all)
  if (problem !== undefined) throw new Error(problem)
  for (const { pattern, patternProperties } of all) {
    if (typeof pattern === 'string') patternMatcher(pattern)
    if (isJsonObject(patternProperties)) Object.keys(patternProperties).forEach(patternMatcher)
  }
  return zodOf(whole)
}
