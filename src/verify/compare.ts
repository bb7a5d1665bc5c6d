// Compares the verdicts of two verifications, check by check, whatever time they took.
import type { ComparedCheck, VerificationComparison } from '../api/kept-verification.js'
import type { Verdict } from '../api/verification.js'

/** The checks of both, by what became of them. */
export type ComparedChecks = Omit<VerificationComparison, 'before' | 'after'>

/** A duration as texts of verdicts have it. */
const DURATION = /\b\d+(?:\.\d+)?\s?(?:ms|s|min|h)\b/g

const reasonOf = ({ seen, note }: Verdict) => `${seen ?? ''} ${note ?? ''}`.replace(DURATION, '')

const sideOf = (verdict: Verdict | undefined): ComparedCheck['before'] =>
  verdict === undefined ? null : { status: verdict.status, seen: verdict.seen, note: verdict.note }

function kindOf(before: Verdict | undefined, after: Verdict | undefined): keyof ComparedChecks {
  if (before === undefined) return 'added'
  if (after === undefined) return 'gone'
  if (before.status === after.status) return 'unchanged'
  if (before.status === 'failed' && after.status === 'passed') return 'fixed'
  return before.status === 'passed' && after.status === 'failed' ? 'broken' : 'changed'
}

/** Compares verdicts by the ids of their checks; those that are gone come last. */
export function compareVerdicts(before: readonly Verdict[], after: readonly Verdict[]): ComparedChecks {
  const [old, present] = [before, after].map(verdicts => new Map(verdicts.map(verdict => [verdict.id, verdict])))
  const compared: ComparedChecks = { fixed: [], broken: [], changed: [], unchanged: [], added: [], gone: [] }
  for (const verdict of [...after, ...before.filter(({ id }) => !present?.has(id))]) {
    const { id, title, level } = verdict
    const [was, is] = [old?.get(id), present?.get(id)]
    const sameReason =
      was === undefined ||
      is === undefined ||
      was.status !== is.status ||
      is.status === 'passed' ||
      reasonOf(was) === reasonOf(is)
    compared[kindOf(was, is)].push({ id, title, level, before: sideOf(was), after: sideOf(is), sameReason })
  }
  return compared
}
