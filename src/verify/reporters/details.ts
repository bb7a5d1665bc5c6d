// What there is to say of a verdict, as pairs of a name and a text.
import type { Verdict } from '../report.js'

const isDenied = (exchange: Verdict['exchange']) => [401, 403].includes(exchange?.answer?.status ?? 0)

/** Name and text of everything worth saying, in order. */
export function detailsOf({
  status,
  expects,
  documented,
  expected,
  seen,
  exchange,
  again,
  note,
}: Verdict): [string, string][] {
  const pairs: [string, string | null | undefined][] =
    status === 'failed'
      ? [
          ['sent', exchange?.what],
          ['expected', expected],
          ['seen', seen],
          // Whoever refuses a good signature wants to know what it was made of.
          ['signed', expects === 'accept' && isDenied(exchange) ? exchange?.signedString : undefined],
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
