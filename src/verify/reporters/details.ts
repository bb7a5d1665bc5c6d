// The details of a verdict as pairs of a name and a text.
import { causeLines, stepLines } from '../../report/signature-text.js'
import { isUnauthorized } from '../exchange.js'
import type { Verdict } from '../report.js'

/** Names of details that are blocks of several lines. */
const BLOCKS: ReadonlySet<string> = new Set(['likely cause', 'how it is signed', 'again', 'curl'])

/** Whether a detail is shown as a block. */
export const isBlock = (name: string): boolean => BLOCKS.has(name)

/** Name and text of the details, in order. */
export function detailsOf({
  status,
  expects,
  documented,
  expected,
  seen,
  exchange,
  signature,
  again,
  note,
}: Verdict): [string, string][] {
  const pairs: [string, string | null | undefined][] =
    status === 'failed'
      ? [
          ['sent', exchange?.what],
          ['expected', expected],
          ['seen', seen],
          ['likely cause', signature?.computed ? causeLines(signature.computed).join('\n') : undefined],
          // Where a valid signature was refused, what it covers.
          ['signed', expects === 'accept' && exchange && isUnauthorized(exchange) ? exchange.signedString : undefined],
          ['how it is signed', signature ? stepLines(signature.steps).join('\n') : undefined],
          ['documented', documented.join(' ')],
          ['again', again?.standin],
          ['curl', again?.curl],
          ['note', again?.note],
        ]
      : [['note', note]]
  return pairs.flatMap(([name, text]) => (text ? [[name, text] as [string, string]] : []))
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
