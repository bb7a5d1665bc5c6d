// Regular expressions of schemas: parsed to a tree, from which texts are generated and matched in linear time.

/** The largest pattern, characters: its parser is recursive. */
const LONGEST_PATTERN = 2000

const LAST_UNIT = 0xffff

/** UTF-16 code units from the first to the last. */
export type Range = readonly [first: number, last: number]

/** A parsed pattern. */
export type Pattern =
  | { kind: 'character'; text: string }
  /** `members`: those that are generated. */
  | { kind: 'set'; ranges: readonly Range[]; members: string }
  | { kind: 'assertion'; at: 'start' | 'end' | 'word' | 'inside' }
  | { kind: 'repeat'; one: Pattern; least: number; most: number }
  | { kind: 'sequence'; parts: readonly Pattern[] }
  | { kind: 'either'; branches: readonly Pattern[] }

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const LETTERS = LOWER + LOWER.toUpperCase()
const PLAIN = `${LETTERS}${DIGITS}-_`

const codes = (text: string): Range[] => [...text].map(one => [one.charCodeAt(0), one.charCodeAt(0)])

const DIGIT: Range[] = [[48, 57]]
const WORD: Range[] = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const SPACE: Range[] = [
  [9, 13],
  [32, 32],
  [160, 160],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]
const LINE_ENDS: Range[] = codes('\n\r\u2028\u2029')

/** Every code unit outside the ranges. */
function complement(ranges: readonly Range[]): Range[] {
  const outside: Range[] = []
  let next = 0
  for (const [first, last] of [...ranges].sort(([one], [other]) => one - other)) {
    if (first > next) outside.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  if (next <= LAST_UNIT) outside.push([next, LAST_UNIT])
  return outside
}

interface CharacterSet {
  ranges: readonly Range[]
  members: string
}

const CLASSES: Readonly<Record<string, CharacterSet>> = {
  d: { ranges: DIGIT, members: DIGITS },
  w: { ranges: WORD, members: `${LETTERS}${DIGITS}_` },
  s: { ranges: SPACE, members: ' ' },
  D: { ranges: complement(DIGIT), members: LETTERS },
  W: { ranges: complement(WORD), members: '-' },
  S: { ranges: complement(SPACE), members: PLAIN },
}
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v', 0: '\0' }

/** Names the part of a pattern that cannot be matched in linear time, or not by us. */
function unsupported(part: string): Error {
  return new Error(`the pattern uses ${part}, which is not supported`)
}

/** Parses a pattern. Throws an Error that says what is wrong with it: a mistake, its size, or what is not supported. */
export function parsePattern(pattern: string): Pattern {
  if (pattern.length > LONGEST_PATTERN) throw new Error(`the pattern is longer than ${LONGEST_PATTERN} characters`)
  // Says what is wrong with a pattern that is none. It is parsed here, and compiled only when it is used.
  new RegExp(pattern)
  let at = 0
  const peek = () => pattern[at]

  /** The character of an escape such as `\n` or `\u0041`; the backslash is read already. */
  const escapedCharacter = (): string => {
    const letter = pattern[at++] ?? ''
    const digits = letter === 'x' ? 2 : letter === 'u' ? 4 : 0
    const hex = pattern.slice(at, at + digits)
    if (digits > 0 && hex.length === digits && /^[0-9a-f]+$/i.test(hex)) {
      at += digits
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    if (/[1-9k]/.test(letter)) throw unsupported(`a back-reference (\\${letter})`)
    if (/[cpPux]/.test(letter)) throw unsupported(`\\${letter}`)
    return ESCAPES[letter] ?? letter
  }

  /** The characters of `[…]`, after the opening bracket. */
  const characterSet = (): Pattern => {
    const negated = peek() === '^'
    if (negated) at++
    let members = ''
    const ranges: Range[] = []
    const classHere = () => (peek() === '\\' ? CLASSES[pattern[at + 1] ?? ''] : undefined)
    const character = (): string => {
      const one = pattern[at++] ?? ''
      if (one !== '\\') return one
      if (peek() !== 'b') return escapedCharacter()
      at++
      return '\b'
    }
    while (at < pattern.length && peek() !== ']') {
      const known = classHere()
      if (known) {
        at += 2
        members += known.members
        ranges.push(...known.ranges)
        continue
      }
      const from = character()
      let to = from
      if (peek() === '-' && pattern[at + 1] !== ']' && at + 1 < pattern.length) {
        at++
        const after = classHere()
        if (after === undefined) to = character()
        else {
          // A range to a class is none: the hyphen stands for itself.
          at += 2
          members += `-${after.members}`
          ranges.push(...codes('-'), ...after.ranges)
        }
      }
      const range: Range = [from.charCodeAt(0), to.charCodeAt(0)]
      ranges.push(range)
      for (let code = range[0]; code <= range[1]; code++) members += String.fromCharCode(code)
    }
    at++
    return negated
      ? { kind: 'set', ranges: complement(ranges), members: [...PLAIN].filter(one => !members.includes(one)).join('') }
      : { kind: 'set', ranges: complement(complement(ranges)), members }
  }

  const group = (): Pattern => {
    if (pattern.startsWith('?:', at)) at += 2
    else if (pattern.startsWith('?<', at) && !/[=!]/.test(pattern[at + 2] ?? '')) at = pattern.indexOf('>', at) + 1
    else if (peek() === '?') throw unsupported(`a look-around (${pattern.slice(at - 1, at + 3)}…)`)
    const inner = alternatives()
    at++
    return inner
  }

  const atom = (): Pattern => {
    const character = pattern[at++] ?? ''
    if (character === '^') return { kind: 'assertion', at: 'start' }
    if (character === '$') return { kind: 'assertion', at: 'end' }
    if (character === '.') return { kind: 'set', ranges: complement(LINE_ENDS), members: PLAIN }
    if (character === '[') return characterSet()
    if (character === '(') return group()
    if (character !== '\\') return { kind: 'character', text: character }
    const known = CLASSES[peek() ?? '']
    if (known === undefined && !/[bB]/.test(peek() ?? '')) return { kind: 'character', text: escapedCharacter() }
    const letter = pattern[at++]
    return known ? { kind: 'set', ...known } : { kind: 'assertion', at: letter === 'b' ? 'word' : 'inside' }
  }

  const repeated = (one: Pattern): Pattern => {
    const mark = peek()
    const counted = mark === '{' ? /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at)) : null
    let least: number
    let most: number
    if (counted) {
      least = Number(counted[1])
      most = counted[3] ? Number(counted[3]) : counted[2] ? Number.POSITIVE_INFINITY : least
      at += counted[0].length
    } else if (mark === '?' || mark === '*' || mark === '+') {
      least = mark === '+' ? 1 : 0
      most = mark === '?' ? 1 : Number.POSITIVE_INFINITY
      at++
    } else return one
    // Whether it takes as few as possible makes no difference to whether there is a match.
    if (peek() === '?') at++
    return { kind: 'repeat', one, least, most }
  }

  const sequence = (): Pattern => {
    const parts: Pattern[] = []
    while (at < pattern.length && peek() !== '|' && peek() !== ')') parts.push(repeated(atom()))
    return { kind: 'sequence', parts }
  }

  const alternatives = (): Pattern => {
    const branches = [sequence()]
    while (peek() === '|') {
      at++
      branches.push(sequence())
    }
    return { kind: 'either', branches }
  }

  return alternatives()
}
