// What reports say of a verdict.
import { type Detail, detailsFrom } from '../../report/details.js'
import { causeLines, stepLines } from '../../report/signature-text.js'
import { isUnauthorized } from '../exchange.js'
import type { Verdict } from '../report.js'

/** The details of a verdict, in order. */
export function detailsOf({
  status,
  expects,
  documented,
  assumption,
  why,
  expected,
  seen,
  exchange,
  signature,
  again,
  note,
}: Verdict): Detail[] {
  if (status !== 'failed') return detailsFrom([['note', note]])
  return detailsFrom([
    ['sent', exchange?.what],
    ['expected', expected],
    ['seen', seen],
    ['likely cause', signature?.computed && causeLines(signature.computed).join('\n'), 'text'],
    // Where a valid signature was refused, what it covers.
    ['signed', expects === 'accept' && exchange && isUnauthorized(exchange) ? exchange.signedString : undefined],
    ['how it is signed', signature && stepLines(signature.steps).join('\n'), 'text'],
    ['documented', documented.length > 0 ? documented.join(' ') : undefined],
    ['assumed', assumption && `the provider's documents leave it open: assumption ${assumption}`],
    ['why', why.join(' ')],
    ['again', again?.standin, 'sh'],
    ['curl', again?.curl, 'sh'],
    ['note', again?.note],
  ])
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
