// How far a verification is, and how long checks take.
import type { Check } from './check.js'
import { type Exchange, isAccepted } from './exchange.js'

/** How far a verification is; `leftMs` estimates the real ms that are left. */
export interface CheckProgress {
  done: number
  total: number
  leftMs: number
}

/** How long a check takes about where an answer takes so many ms, real ms. */
export const estimate = ({ takes: { requests = 4, waitMs = 300 } = {} }: Check, answerMs: number): number =>
  requests * answerMs + waitMs

/** The usual time of an answer, real ms: the median. */
export function usualMs(exchanges: readonly Exchange[]): number {
  const times = exchanges.filter(isAccepted).map(({ durationMs }) => durationMs)
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
