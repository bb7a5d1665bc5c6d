// Which failure explains another, so that one cause is one failure.
import { type Check, rootsOf } from './check.js'
import { notJudged } from './checks/judge.js'
import type { Finding } from './finding.js'
import type { Verdict } from './report.js'
import type { Situation } from './situation.js'

/** A failure that may follow from one of a check that has no verdict yet. */
export interface Held {
  check: Check
  finding: Finding
  durationMs: number
}

/** The ids of the checks that may explain a failure. One of them that itself says that it follows from this check does not. */
export function rootsBeside(
  check: Check,
  situation: Situation,
  finding: Finding,
  held: readonly Held[],
): readonly string[] {
  const says = ({ finding: other }: Held) => other.status === 'failed' && other.follows?.includes(check.id)
  const own = finding.status === 'failed' ? (finding.follows ?? []) : []
  return rootsOf(check, situation, finding).filter(
    root => own.includes(root) || !held.some(one => one.check.id === root && says(one)),
  )
}

/** The finding of a failure that another explains; `open` while that is not known, undefined where it stands for itself. */
export function rootOf(
  follows: readonly string[],
  finding: Finding,
  chosen: ReadonlySet<string>,
  verdicts: ReadonlyMap<string, Verdict>,
): Finding | 'open' | undefined {
  if (finding.status !== 'failed') return undefined
  const roots = follows.map(id => verdicts.get(id)).filter(one => one?.status === 'failed' || one?.cause === 'follows')
  const root = roots[0] && (roots[0].because ?? roots[0].id)
  if (root !== undefined) return notJudged(`It follows from ${root}, which failed: ${finding.seen}`, 'follows', root)
  return follows.some(id => chosen.has(id) && !verdicts.has(id)) ? 'open' : undefined
}
