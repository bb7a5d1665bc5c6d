// Which numbers of a JSON or YAML text keep their value when they are read: digits that a double cannot hold would be lost in silence.

/** A finding in a JSON text. */
export interface LostNumber {
  /** As it is written. */
  text: string
  /** Where in the text it begins, from 0. */
  offset: number
  /** One sentence. */
  message: string
}

/** A decimal as digits without zeros at either end and the power of ten of the last digit: equal for equal values. */
function canonical(text: string): string | undefined {
  const parts = /^[-+]?(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text)
  if (parts === null) return undefined
  const [, whole = '', fraction = '', power = '0'] = parts
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? '0' : `${kept}e${Number(power) - fraction.length + digits.length - kept.length}`
}

/** Why the value of a decimal number would be lost; undefined where a double keeps it. */
export function numberProblem(text: string): string | undefined {
  const value = Number(text)
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text
  if (!Number.isFinite(value)) return `${shown} is too large for a number.`
  if (Object.is(value, -0)) return `${shown} would be sent as 0.`
  if (canonical(text) === canonical(String(value))) return undefined
  return `${shown} has more digits than a number keeps: it would become ${String(value)}.`
}

/** Only a text that matches can hold a number that loses something: most texts do not, and are not looked at twice. */
const SUSPECT = /[\d.]{16}|\d[eE][-+]?\d|-0/

/** The first number of a JSON text that would lose its value, of a text that JSON.parse accepts. */
export function lostNumber(json: string): LostNumber | undefined {
  if (!SUSPECT.test(json)) return undefined
  for (const { 0: text, index: offset } of json.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs)) {
    if (text.startsWith('"')) continue
    const message = numberProblem(text)
    if (message !== undefined) return { text, offset, message }
  }
  return undefined
}
