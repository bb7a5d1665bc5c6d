// Text from outside, without control characters.

/** True for a control character, which a terminal obeys instead of showing; newlines and tabs excepted. */
function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  if (character === '\n' || character === '\t') return false
  return code < 32 || (code >= 127 && code < 160)
}

/** A text with its control characters replaced, so that it cannot control the terminal. */
export function plain(text: string): string {
  return [...text].map(character => (isControl(character) ? '\uFFFD' : character)).join('')
}
