// An explained signature as lines of text: how it is computed, and the likely causes of a mismatch.
import type { ComputedSignature, SignatureStep } from '../api/signature.js'

/** A text on one line, with its newlines and tabs escaped. */
export const oneLine = (text: string): string =>
  text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t')

/** A line for each step: its name, what it does, its shortened value. */
export function stepLines(steps: readonly SignatureStep[]): string[] {
  return steps.map(({ name, about, value }, i) => oneLine(`${i + 1}. ${name} (${about}): ${value}`))
}

/** The likely causes of a computed signature: a summary, then a line for each fix and for each alternative that is equally likely. */
export function causeLines({ value, summary, causes, alternatives }: ComputedSignature): string[] {
  return [
    `The receiver's response shows ${value}. If that is the signature it computed: ${summary}`,
    ...causes.map(({ fix }) => `fix: ${fix}`),
    ...alternatives.map(other => `equally likely: ${other.map(({ sentence }) => sentence).join(' ')}`),
  ]
}
