// Text from outside made harmless for whoever shows it.

/** True for a character that steers a terminal instead of showing; line ends and tabs apart. */
function steers(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  if (character === '\n' || character === '\t') return false
  return code < 32 || (code >= 127 && code < 160)
}

/** A text from outside without control characters, so that it cannot steer the terminal. */
export function plain(text: string): string {
  return [...text].map(character => (steers(character) ? '\uFFFD' : character)).join('')
}
