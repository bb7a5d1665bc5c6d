// Generates a text that matches a regular expression, for the patterns that are common in schemas.
import type { Faker } from '@faker-js/faker'

const SPACE = ' '
const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const LETTERS = LOWER + LOWER.toUpperCase()
const PLAIN = `${LETTERS}${DIGITS}-_`
const CLASSES: Record<string, string> = { d: DIGITS, w: `${LETTERS}${DIGITS}_`, s: SPACE, D: LETTERS, W: '-', S: PLAIN }
/** How many repetitions above the minimum `*`, `+` and `{n,}` give at most. */
const EXTRA = 6

/** A text that matches the pattern; undefined if the pattern uses what is not supported (look-arounds, back-references, …). */
export function textMatching(pattern: string, fake: Faker): string | undefined {
  let at = 0
  const peek = () => pattern[at]
  let supported = true
  const unsupported = (): string => {
    supported = false
    at = pattern.length
    return ''
  }

  /** The characters of `[…]`, after the opening bracket. */
  const characterSet = (): string => {
    const negated = peek() === '^'
    if (negated) at++
    let members = ''
    while (at < pattern.length && peek() !== ']') {
      let from = pattern[at++] ?? ''
      if (from === '\\') {
        const escaped = pattern[at++] ?? ''
        if (CLASSES[escaped] !== undefined) {
          members += CLASSES[escaped]
          continue
        }
        from = escaped
      }
      if (peek() === '-' && pattern[at + 1] !== ']' && at + 1 < pattern.length) {
        at++
        const to = pattern[at++] ?? from
        for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) members += String.fromCharCode(code)
      } else members += from
    }
    at++
    return negated ? [...PLAIN].filter(one => !members.includes(one)).join('') : members
  }

  const group = (): (() => string) => {
    if (pattern.startsWith('?:', at)) at += 2
    else if (pattern.startsWith('?<', at) && !/[=!]/.test(pattern[at + 2] ?? '')) at = pattern.indexOf('>', at) + 1
    else if (peek() === '?') return unsupported
    const make = alternatives()
    at++
    return make
  }

  const oneOf = (members: string) => () => (members === '' ? unsupported() : fake.helpers.arrayElement([...members]))

  const atom = (): (() => string) => {
    const character = pattern[at++] ?? ''
    if (character === '^' || character === '$') return () => ''
    if (character === '.') return oneOf(PLAIN)
    if (character === '[') return oneOf(characterSet())
    if (character === '(') return group()
    if (character !== '\\') return () => character
    const escaped = pattern[at++] ?? ''
    const members = CLASSES[escaped]
    if (members !== undefined) return oneOf(members)
    if (escaped === 'b') return () => ''
    return /[1-9kpPuxc]/.test(escaped) ? unsupported : () => ({ n: '\n', t: '\t', r: '\r' })[escaped] ?? escaped
  }

  const repeated = (make: () => string): (() => string) => {
    const mark = peek()
    let least = 1
    let most = 1
    const counted = mark === '{' ? /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at)) : null
    if (counted) {
      least = Number(counted[1])
      most = counted[3] ? Number(counted[3]) : counted[2] ? least + EXTRA : least
      at += counted[0].length
    } else if (mark === '?' || mark === '*' || mark === '+') {
      least = mark === '+' ? 1 : 0
      most = mark === '?' ? 1 : least + EXTRA
      at++
    } else return make
    if (peek() === '?') at++
    return () => Array.from({ length: fake.number.int({ min: least, max: most }) }, make).join('')
  }

  const sequence = (): (() => string) => {
    const parts: (() => string)[] = []
    while (at < pattern.length && peek() !== '|' && peek() !== ')') parts.push(repeated(atom()))
    return () => parts.map(part => part()).join('')
  }

  const alternatives = (): (() => string) => {
    const branches = [sequence()]
    while (peek() === '|') {
      at++
      branches.push(sequence())
    }
    return () => fake.helpers.arrayElement(branches)()
  }

  const text = alternatives()()
  return supported && new RegExp(pattern).test(text) ? text : undefined
}
