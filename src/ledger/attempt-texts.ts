// The JSON of an attempt's headers, outcome and answer as their columns have it: what is as it was the last time is not written again.
import type { Headers } from '../core/message.js'
import type { Answer, Outcome } from '../core/outcome.js'

/** Writes each as JSON.stringify does. */
export interface AttemptTexts {
  headers(headers: Headers): string
  outcome(outcome: Outcome): string
  answer(answer: Answer): string
}

/** Text that stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/

function headerText([name, value]: Headers[number]): string {
  return PLAIN.test(name) && PLAIN.test(value) ? `["${name}","${value}"]` : JSON.stringify([name, value])
}

/** The texts of one ledger. Of headers and answers only the last is remembered: those of a busy subscription are alike. */
export function createAttemptTexts(): AttemptTexts {
  let lastHeaders: Headers = []
  let headerTexts: string[] = []
  let lastAnswer: Answer | undefined
  let answerText = ''

  return {
    headers(headers) {
      const texts: string[] = []
      let text = ''
      for (const header of headers) {
        const at = texts.length
        // All attempts of a subscription share the headers that are no signature.
        const own = header === lastHeaders[at] ? (headerTexts[at] ?? '') : headerText(header)
        texts.push(own)
        text += at === 0 ? own : `,${own}`
      }
      lastHeaders = headers
      headerTexts = texts
      return `[${text}]`
    },
    outcome(outcome) {
      const { kind, status, code, detail } = outcome
      return kind === 'answered' && status !== undefined && code === undefined && detail === undefined
        ? `{"kind":"answered","status":${status}}`
        : JSON.stringify(outcome)
    },
    answer(answer) {
      const isSame =
        lastAnswer !== undefined &&
        lastAnswer.headers === answer.headers &&
        lastAnswer.status === answer.status &&
        lastAnswer.body === answer.body &&
        lastAnswer.bodyBytes === answer.bodyBytes &&
        lastAnswer.bodyBase64 === answer.bodyBase64
      if (!isSame) {
        lastAnswer = answer
        answerText = JSON.stringify(answer)
      }
      return answerText
    },
  }
}
