// Compares the verdicts of two verifications, check by check, whatever time they took.
import type { ComparedCheck, VerificationComparison } from '../api/kept-verification.js'
import type { Verdict } from '../api/verification.js'

/** The checks of both, by what became of them. */
export type ComparedChecks = Omit<VerificationComparison, 'before' | 'after'>

/** What of a verdict is compared. */
export type ComparableVerdict = Pick<Verdict, 'id' | 'title' | 'level' | 'status' | 'seen' | 'note'> & {
  cause?: Verdict['cause'] | undefined
}

/** What differs from run to run and says nothing of the receiver: durations, times, ids, and how many of many. */
const NOISE = [
  /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?/g,
  /\b\d+(?:\.\d+)?\s?(?:ms|s|min|h)\b/g,
  /\d+ of (?=\d+ \()|\([\d.]+ %\)/g,
  /\b(?=\w*\d)[\w-]{12,}/g,
]

const reasonOf = ({ seen, note }: ComparableVerdict) =>
  NOISE.reduce((text, noise) => text.replace(noise, ''), `${seen ?? ''} ${note ?? ''}`)

const sideOf = (verdict: ComparableVerdict | undefined): ComparedCheck['before'] =>
  verdict === undefined
    ? null
    : { status: verdict.status, seen: verdict.seen, note: verdict.note, cause: verdict.cause ?? null }

function kindOf(before: ComparableVerdict | undefined, after: ComparableVerdict | undefined): keyof ComparedChecks {
  if (before === undefined) return 'added'
  if (after === undefined) return 'gone'
  if (before.status === after.status) return 'unchanged'
  if (before.status === 'failed' && after.status === 'passed') return 'fixed'
  return before.status === 'passed' && after.status === 'failed' ? 'broken' : 'changed'
}

/** Compares verdicts by the ids of their checks; those that are gone come last. */
export function compareVerdicts(
  before: readonly ComparableVerdict[],
  after: readonly ComparableVerdict[],
): ComparedChecks {
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

/** How the lists are called, in the order in which they matter. */
export const COMPARED: readonly [kind: keyof ComparedChecks, word: string][] = [
  ['broken', 'broken'],
  ['fixed', 'fixed'],
  ['changed', 'judged only once'],
  ['added', 'new'],
  ['gone', 'gone'],
  ['unchanged', 'unchanged'],
]

/** `1 fixed, 1 broken, 40 unchanged`. */
export const comparedText = (compared: ComparedChecks): string =>
  COMPARED.flatMap(([kind, word]) => (compared[kind].length === 0 ? [] : [`${compared[kind].length} ${word}`])).join(
    ', ',
  )

/** The checks that fail now and did not fail before. */
export const worseChecks = ({ broken, changed, added }: ComparedChecks): ComparedCheck[] =>
  [...broken, ...changed, ...added].filter(({ after }) => after?.status === 'failed')

/** The required checks that were judged before and no longer are, but for those that a slow machine hid. */
export const lostChecks = ({ changed }: ComparedChecks): ComparedCheck[] =>
  changed.filter(
    ({ level, after }) => level === 'must' && after?.status === 'not judged' && after.cause !== 'slow machine',
  )
