// What a report says of a step or check that did not pass, as named texts.

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
