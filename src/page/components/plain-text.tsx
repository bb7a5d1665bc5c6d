// A text from outside: characters that cannot be seen, or that turn the text around, are shown by their names.
import type { ComponentChildren } from 'preact'

/** Control characters but newline and tab; marks that change the direction of text; lone surrogates; the byte order mark. */
const HIDDEN = /[\p{Cc}\p{Cs}\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\u061c]/gu

const isShown = (character: string) => character === '\n' || character === '\t'

const nameOf = (character: string) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** A text whose hidden characters are shown as `U+0000`. What is copied from the screen has these names in it. */
export function PlainText({ text }: { text: string }) {
  const parts: ComponentChildren[] = []
  let from = 0
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    if (isShown(character)) continue
    parts.push(text.slice(from, index), <span class="hidden-character">{nameOf(character)}</span>)
    from = index + character.length
  }
  // Each text has its own direction and does not turn what stands beside it.
  return <bdi>{parts.length === 0 ? text : [...parts, text.slice(from)]}</bdi>
}
