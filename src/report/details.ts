// What a report says of a step or check that did not pass: named texts, as lines or as Markdown.
import { inline } from './markdown.js'

/** A named text. `block`: it has several lines, which are shown as they are: shell commands or plain text. */
export interface Detail {
  name: string
  text: string
  block?: 'sh' | 'text' | undefined
}

/** The details that have a text, in order. */
export function detailsFrom(
  given: readonly (readonly [name: string, text: string | null | undefined, block?: 'sh' | 'text'])[],
): Detail[] {
  return given.flatMap(([name, text, block]) => (text ? [{ name, text, ...(block && { block }) }] : []))
}

/** A line for each detail, `name: text`. */
export function detailLines(details: readonly Detail[]): string[] {
  return details.map(({ name, text }) => `${name}: ${text}`)
}

/** A list item for each detail; a block is fenced. */
export function markdownDetails(details: readonly Detail[]): string[] {
  return details.flatMap(({ name, text, block }) =>
    block === undefined ? [`- ${name}: ${inline(text)}`] : ['', `${name}:`, '', ...fenced(text, block)],
  )
}

/** A block whose fence is longer than any in the text. */
function fenced(text: string, language: 'sh' | 'text'): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, text, fence]
}
