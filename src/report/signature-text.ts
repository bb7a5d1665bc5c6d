// A signature explained in lines for people: how it is made, and what another one was made from.

/** A step of making a signature. */
interface Step {
  name: string
  about: string
  bytes: number
  value: string
}

interface Cause {
  sentence: string
  fix: string
}

/** A text on one line, its line ends and tabs shown. */
export const oneLine = (text: string): string =>
  text.replaceAll('\r', '\\r').replaceAll('\n', '\\n').replaceAll('\t', '\\t')

/** A line for each step: its name, what is done, its shortened value. */
export function stepLines(steps: readonly Step[]): string[] {
  return steps.map(({ name, about, value }, i) => oneLine(`${i + 1}. ${name} (${about}): ${value}`))
}

/** What a signature was made from: its sentences, then a line for each fix and for each cause that is equally likely. */
export function causeLines({
  value,
  summary,
  causes,
  alternatives,
}: {
  value: string
  summary: string
  causes: readonly Cause[]
  alternatives: readonly (readonly Cause[])[]
}): string[] {
  return [
    `The receiver's answer shows ${value}. If that is the signature it computed: ${summary}`,
    ...causes.map(({ fix }) => `fix: ${fix}`),
    ...alternatives.map(other => `equally likely: ${other.map(({ sentence }) => sentence).join(' ')}`),
  ]
}
