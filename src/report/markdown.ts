// Writing Markdown: details, and texts from outside that must not be read as Markdown.
import type { Detail } from './details.js'

/** A text on one line, without a meaning in Markdown. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_|<>[\]]/g, '\\$&')
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
