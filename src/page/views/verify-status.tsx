// The state of a verification, of a verdict, and their counts, in words, colour and icon.
import type { Verification } from '../../api/kept-verification.js'
import type { Verdict } from '../../api/verification.js'
import { Badge, type Tone } from '../components/badge.js'

const VERDICT: Readonly<Record<Verdict['status'], Tone>> = { passed: 'good', failed: 'bad', 'not judged': 'waiting' }

/** A verdict. */
export const VerdictBadge = ({ status }: { status: Verdict['status'] }) => (
  <Badge tone={VERDICT[status]}>{status}</Badge>
)

/** What came of a verification as a whole. */
export function VerificationBadge({ of: { status, exitCode } }: { of: Verification }) {
  if (status === 'running') return <Badge tone="busy">running</Badge>
  if (status !== 'completed') return <Badge tone="neutral">{status}</Badge>
  if (exitCode === 0) return <Badge tone="good">passed</Badge>
  return exitCode === 1 ? <Badge tone="bad">failed</Badge> : <Badge tone="waiting">not judged</Badge>
}

/** Counts in words. */
export const countsOf = ({ passed, failed, notJudged }: Verification): string =>
  `${passed} passed, ${failed} failed, ${notJudged} not judged`
