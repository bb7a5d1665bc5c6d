// What came of a verification as a whole, in words.
import type { Verdict, VerificationReport } from '../api/verification.js'

type Judged = Pick<Verdict, 'id' | 'status' | 'level' | 'note' | 'cause'>

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** One or two sentences: whether the receiver meets the requirements, what it fails, and what could not be judged. */
export function conclusionOf(
  { passed, failed, notJudged, exitCode }: VerificationReport['summary'],
  verdicts: readonly Judged[],
): string {
  const open = verdicts.filter(({ status }) => status === 'not judged')
  const rest = notJudged === 0 ? '' : ` ${counted(notJudged, 'check')} could not be judged.`
  if (failed > 0) {
    const broken = verdicts.filter(({ status }) => status === 'failed')
    const required = broken.filter(({ level }) => level === 'must').length
    const which = broken.map(({ id }) => id).join(', ')
    const levels = [
      ...(required > 0 ? [`${required} required`] : []),
      ...(failed > required ? [`${failed - required} recommended`] : []),
    ]
    return `Failed: the receiver does not meet ${counted(failed, 'requirement')} (${levels.join(', ')}): ${which}. It meets ${passed}.${rest}`
  }
  if (exitCode === 0)
    return `Passed: the receiver meets ${passed === 1 ? 'the one requirement that was' : `all ${passed} requirements that were`} judged.${rest}`
  const first = open.find(({ level }) => level === 'must') ?? open[0]
  const reason = first?.note ? ` The first reason: ${first.note}` : ''
  if (passed === 0) return `Not judged: nothing could be judged.${reason}`
  return `Incomplete: ${counted(passed, 'check')} passed and none failed, but ${counted(notJudged, 'check')} could not be judged.${reason}`
}
