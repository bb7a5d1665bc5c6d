// A request and its response as raw HTTP, for people: long bodies are cut.
import type { Message } from '../core/message.js'
import { type Answer, describeOutcome, type Outcome } from '../core/outcome.js'
import { httpText } from './request-text.js'

/** Nobody reads a longer one, characters. */
const LONGEST = 20_000

const cut = (text: string) => (text.length <= LONGEST ? text : `${text.slice(0, 1000)}… (${text.length} characters)`)

/** Both sides of an exchange; the response is in words where there was none. */
export function exchangeText({
  message,
  outcome,
  answer,
}: {
  message: Message
  outcome: Outcome
  answer: Answer | null
}): { request: string; response: string } {
  const request = cut(httpText(message).toString('utf8').replaceAll('\r\n', '\n'))
  if (answer === null)
    return {
      request,
      response: `no response: ${describeOutcome(outcome)}${outcome.detail ? `. ${outcome.detail}` : ''}`,
    }
  const head = [`${answer.status}`, ...answer.headers.map(([name, value]) => `${name}: ${value}`)].join('\n')
  return { request, response: cut(`${head}\n\n${answer.body}`) }
}
