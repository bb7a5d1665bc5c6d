// What reports say of a verdict.
import { formatDuration } from '../../core/duration.js'
import { type Detail, detailsFrom } from '../../report/details.js'
import { causeLines, stepLines } from '../../report/signature-text.js'
import { isUnauthorized } from '../exchange.js'
import type { Report, Verdict } from '../report.js'

/** The details of a verdict, in order; `followers` are the checks that were not judged because of it. */
export function detailsOf(
  { status, expects, documented, assumption, why, expected, seen, exchange, requests, signature, again, note }: Verdict,
  followers: readonly Verdict[] = [],
): Detail[] {
  const sent = exchange && `${exchange.what}${requests > 1 ? ` (one of ${requests} requests)` : ''}`
  if (status !== 'failed')
    return detailsFrom([
      ['sent', sent],
      ['seen', seen],
      ['note', note],
    ])
  return detailsFrom([
    ['sent', sent ?? (requests > 0 ? `${requests} requests` : undefined)],
    ['expected', expected],
    ['seen', seen],
    ['likely cause', signature?.computed && causeLines(signature.computed).join('\n'), 'text'],
    // Where a valid signature was refused, what it covers.
    ['signed', expects === 'accept' && exchange && isUnauthorized(exchange) ? exchange.signedString : undefined],
    ['how it is signed', signature && stepLines(signature.steps).join('\n'), 'text'],
    ['documented', documented.length > 0 ? documented.join(' ') : undefined],
    ['assumed', assumption && `the provider's documents leave it open: assumption ${assumption}`],
    ['why', why.join(' ')],
    ['not judged because of it', followers.length === 0 ? undefined : followerText(followers)],
    ['again', again?.standin, 'sh'],
    ['curl', again?.curl, 'sh'],
    ['script', again?.script, 'sh'],
    ['note', again?.note],
  ])
}

/** The checks, and the reason of each that has one of its own. */
function followerText(followers: readonly Verdict[]): string {
  const first = followers[0]?.note
  const hasOwn = followers.some(({ note }) => note !== first)
  return followers.map(({ id, note }) => (hasOwn && note !== null ? `${id} (${note})` : id)).join(', ')
}

/** Checks that were not judged for one reason. */
export interface NotJudgedGroup {
  /** The failed check that is the cause; null where it is none. */
  because: string | null
  why: string
  verdicts: Verdict[]
}

/** The checks that were not judged, by their reason: a failed check of this report, or a sentence. */
export function notJudgedGroups(verdicts: readonly Verdict[]): NotJudgedGroup[] {
  const failed = new Set(verdicts.filter(({ status }) => status === 'failed').map(({ id }) => id))
  const groups = new Map<string, NotJudgedGroup>()
  for (const verdict of verdicts) {
    if (verdict.status !== 'not judged') continue
    const because = verdict.because !== null && failed.has(verdict.because) ? verdict.because : null
    const why = verdict.note ?? ''
    const key = because === null ? `why ${why}` : `because ${because}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { because, why, verdicts: [verdict] })
    else group.verdicts.push(verdict)
  }
  return [...groups.values()]
}

/** The checks that were not judged because of a failed one. */
export const followersOf = (groups: readonly NotJudgedGroup[], id: string): readonly Verdict[] =>
  groups.find(({ because }) => because === id)?.verdicts ?? []

/** What a table says of a verdict besides: of several checks with one reason only the first says it, and the others name that one. */
export function noteOf(verdict: Verdict, groups: readonly NotJudgedGroup[]): string | null {
  const group = groups.find(({ verdicts }) => verdicts.some(({ id }) => id === verdict.id))
  const [first] = group?.verdicts ?? []
  if (group === undefined || first === undefined) return verdict.note
  if (group.because !== null) return `because ${group.because} failed`
  return first.id === verdict.id ? verdict.note : `for the same reason as ${first.id}`
}

/** Who was verified, by which rules, and when, and the waits, as one line. */
export const aboutText = (report: Report): string => {
  const { standin, settings, seed, startedAt, durationMs, level } = report
  const given = Object.keys(settings).length === 0 ? '' : `, settings ${JSON.stringify(settings)}`
  const waited = waitsText(report)
  return `Level ${level}, in ${formatDuration(durationMs)}, ${startedAt}. Standin ${standin} and its rules of the provider${given}. Seed ${seed}.${waited === undefined ? '' : ` ${waited}`}`
}

/** How long verify waited for what the receiver did, as one sentence; undefined where nothing was observed. */
export function waitsText({ waits }: Pick<Report, 'waits'>): string | undefined {
  if (waits === null) return undefined
  const { settleMs, seenAfterMs, effectMs, quietMs } = waits
  const [seen, effect, quiet] = [seenAfterMs ?? 0, effectMs, quietMs].map(formatDuration)
  const given = settleMs === null ? '' : ` (--settle ${formatDuration(settleMs)})`
  if (seenAfterMs === null) return `No effect was seen within ${effect} of the first plain request${given}.`
  return `The first effect was seen ${seen} after the response; waits for effects took up to ${effect}, and those for one too many ${quiet}${given}.`
}

/** One line of counts. */
export const countsText = ({
  passed,
  failed,
  notJudged,
}: {
  passed: number
  failed: number
  notJudged: number
}): string => `${passed} passed, ${failed} failed, ${notJudged} not judged`
