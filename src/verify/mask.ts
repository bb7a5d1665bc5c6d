// A report fit to be passed on: what a receiver's secret or credentials could be read from is masked.
import type { SignatureRefusal } from '../signature-debugger/explain-refusal.js'
import type { Exchange } from './bench.js'
import type { Report, Verdict } from './report.js'

const MASK = '***'

/** Shorter ones would hide what is no secret. */
const LEAST = 4

/** A copy of a report with every text of `secrets` masked, and credential headers emptied. Signatures stay: they are no secret. */
export function masked(report: Report, secrets: readonly string[]): Report {
  const own = secrets.filter(secret => secret.length >= LEAST).sort((a, b) => b.length - a.length)
  const hide = (text: string) => own.reduce((shown, secret) => shown.replaceAll(secret, MASK), text)
  const hideOr = (text: string | null) => (text === null ? null : hide(text))
  const exchange = (given: Exchange): Exchange => ({
    ...given,
    message: {
      ...given.message,
      headers: given.message.headers.map(([name, value]) => [name, hide(value)]),
      body: typeof given.message.body === 'string' ? hide(given.message.body) : given.message.body,
    },
    signedString: given.signedString === undefined ? undefined : hide(given.signedString),
    answer: given.answer === null ? null : { ...given.answer, body: hide(given.answer.body) },
  })
  const cause = ({ id, sentence, fix }: { id: string; sentence: string; fix: string }) => ({
    id,
    sentence: hide(sentence),
    fix: hide(fix),
  })
  /** Of the key not even the beginning is shown. */
  const signature = ({ channel, headers, steps, computed }: SignatureRefusal): SignatureRefusal => ({
    channel,
    headers,
    steps: steps.map(step =>
      step.name === 'key'
        ? { ...step, about: hide(step.about.replace(/, .*…$/s, '')), value: MASK }
        : { ...step, value: hide(step.value) },
    ),
    computed: computed && {
      value: hide(computed.value),
      summary: hide(computed.summary),
      causes: computed.causes.map(cause),
      alternatives: computed.alternatives.map(all => all.map(cause)),
    },
  })
  const verdict = (given: Verdict): Verdict => ({
    ...given,
    seen: hideOr(given.seen),
    note: hideOr(given.note),
    exchange: given.exchange === null ? null : exchange(given.exchange),
    signature: given.signature && signature(given.signature),
    again:
      given.again === null
        ? null
        : { ...given.again, standin: hide(given.again.standin), curl: hideOr(given.again.curl) },
  })
  return { ...report, verdicts: report.verdicts.map(verdict) }
}
