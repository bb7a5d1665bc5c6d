// Writing Markdown: texts from outside among our own.

/** A text that means nothing to Markdown and stays on its line. */
export function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_|<>[\]]/g, '\\$&')
}
