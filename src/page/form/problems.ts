// Errors of the control API by the field that they are about.
import { ApiError } from '../api.js'

/** What is wrong with one place of an input. */
export interface PlacedProblem {
  /** Dotted, as the API writes it. */
  path: string
  message: string
}

/** The places that an error names; none where it is about the whole. */
export function placedProblems(error: unknown): readonly PlacedProblem[] {
  if (!(error instanceof ApiError)) return []
  const { errors, where, detail } = error.problem
  if (errors !== undefined && errors.length > 0) return errors
  return where === undefined ? [] : [{ path: where, message: detail }]
}

/** The messages about exactly this place. */
export const messagesAt = (problems: readonly PlacedProblem[], path: string): string[] =>
  problems.filter(problem => problem.path === path).map(({ message }) => message)
