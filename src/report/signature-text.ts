// An explained signature as lines of text: how it is computed, and the likely causes of a mismatch.
import type { Refusal } from '../api/refusal.js'
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

/** A refusal as lines of text: the string that was signed, the likely causes, and what to do next. */
export function refusalLines({ signedString, credentials, computed, hints }: Refusal): string[] {
  return [
    ...(signedString === null
      ? [`the request carries credentials and no signature; headers sent: ${credentials.join(', ')}`]
      : ['if the receiver rejected the signature, this is the string that was signed:', ...signedString.split('\n')]),
    ...(computed === null ? [] : causeLines(computed)),
    ...hints.flatMap(hint => `hint: ${hint}`.split('\n')),
  ]
}
