// Reads JSON while it is being written: values with their places, every mistake with its place, and what stands at the caret.
import type { Json, JsonObject } from '../../core/json.js'

/** A part of a text, in UTF-16 units. */
export interface Span {
  from: number
  to: number
}

/** A mistake in a text. */
export interface TextProblem extends Span {
  message: string
}

/** What stands at the caret: a key or a value, or the place of one. */
export interface Slot extends Span {
  is: 'key' | 'value'
  /** Of the object for a key, of the value itself for a value. */
  path: readonly string[]
  /** Keys that the object has besides this one. */
  taken: readonly string[]
  /** A colon follows already. */
  hasColon: boolean
}

/** A text as it was read. */
export interface Reading {
  /** What could be read of it; undefined where nothing could. */
  value: Json | undefined
  problems: readonly TextProblem[]
  /** Where a value is, by `placeOf` its path. */
  places: ReadonlyMap<string, { key: Span | undefined; value: Span }>
  slot: Slot | undefined
}

/** Deeper nesting is not read. */
const MOST_DEPTH = 100

/** A path as one text, for maps. */
export const placeOf = (path: readonly string[]): string => path.join('\u0000')

const STRING = /"(?:[^"\\\n]|\\.)*"/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y
const WORD = /[^\s,:[\]{}"]+/y
const WORDS: Readonly<Record<string, Json>> = { true: true, false: false, null: null }

/** Reads a text; `caret` is where the next letter would go. */
export function readJson(text: string, caret?: number): Reading {
  let at = 0
  const problems: TextProblem[] = []
  const places = new Map<string, { key: Span | undefined; value: Span }>()
  let slot: Slot | undefined

  const skip = () => {
    while (at < text.length && /\s/.test(text[at] ?? '')) at++
  }
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  const wrong = (from: number, to: number, message: string) => void problems.push({ from, to, message })
  const holdsCaret = (from: number, to: number) => caret !== undefined && caret >= from && caret <= to

  /** The text of a string; what is wrong in it is noted. */
  const string = (): string => {
    const from = at
    const found = match(STRING)
    if (found === undefined) {
      // It is read up to the end of the line, without what belongs to the object around it.
      const line = (text.slice(at).split('\n', 1)[0] ?? '').replace(/[\s,}\]]+$/, '')
      at += line.length
      wrong(from, at, 'This text is not closed.')
      return line.slice(1)
    }
    at += found.length
    try {
      return JSON.parse(found)
    } catch {
      wrong(from, at, 'This text has a character that must be escaped, or an escape that JSON has not.')
      return found.slice(1, -1)
    }
  }

  const scalar = (): Json | undefined => {
    if (text[at] === '"') return string()
    const number = match(NUMBER)
    if (number !== undefined) {
      at += number.length
      return Number(number)
    }
    const word = match(WORD)
    if (word === undefined) return undefined
    const from = at
    at += word.length
    if (Object.hasOwn(WORDS, word)) return WORDS[word]
    wrong(from, at, 'This is no value: texts are in double quotes.')
    return undefined
  }

  const value = (path: readonly string[], key: Span | undefined, before: number): Json | undefined => {
    skip()
    const from = at
    const char = text[at]
    if (path.length > MOST_DEPTH) {
      wrong(from, text.length, `This is nested deeper than ${MOST_DEPTH}.`)
      at = text.length
      return undefined
    }
    if (char === '{' || char === '[') {
      const read = char === '{' ? object(path) : array(path)
      places.set(placeOf(path), { key, value: { from, to: at } })
      return read
    }
    const count = problems.length
    const read = scalar()
    if (read === undefined && problems.length === count)
      wrong(before, Math.max(from, before + 1), 'A value is missing.')
    if (holdsCaret(at === from ? before : from, at))
      slot = {
        is: 'value',
        path,
        from: at === from ? (caret ?? from) : from,
        to: at === from ? (caret ?? from) : at,
        taken: [],
        hasColon: false,
      }
    places.set(placeOf(path), { key, value: { from, to: at } })
    return read
  }

  /** After a member: true where another follows. */
  const goesOn = (close: string): boolean => {
    skip()
    if (text[at] === ',') {
      const comma = at
      at++
      const after = at
      skip()
      if (text[at] !== close) {
        at = after
        return true
      }
      wrong(comma, comma + 1, 'There is a comma too many.')
      at = after
      return true
    }
    if (text[at] === close || at >= text.length) return false
    if (text[at] === '}' || text[at] === ']') return false
    wrong(at, at + 1, 'A comma is missing before this.')
    return true
  }

  const close = (opened: number, char: string) => {
    skip()
    if (text[at] === char) at++
    else if (at >= text.length) wrong(opened, opened + 1, `This is not closed: ${char} is missing.`)
    else {
      wrong(at, at + 1, `${char} is expected here.`)
      at++
    }
  }

  function object(path: readonly string[]): JsonObject {
    const opened = at++
    const members: [string, Json][] = []
    const keys = new Set<string>()
    let mine: { from: number; to: number; key: string | undefined } | undefined
    let hasColon = false
    for (let more = true; more; ) {
      const before = at
      skip()
      const from = at
      const char = text[at]
      if (char === '}' || char === undefined || char === ']') {
        if (holdsCaret(before, from)) mine = { from: caret ?? from, to: caret ?? from, key: undefined }
        break
      }
      if (holdsCaret(before, from - 1)) mine = { from: caret ?? from, to: caret ?? from, key: undefined }
      let key: string | undefined
      if (char === '"') key = string()
      else {
        const word = match(WORD)
        if (word === undefined) {
          wrong(from, from + 1, 'A key in double quotes is expected here.')
          at++
          continue
        }
        at += word.length
        key = word
        wrong(from, at, 'A key is in double quotes.')
      }
      const span = { from, to: at }
      const isMine = holdsCaret(from, at)
      if (isMine) mine = { ...span, key }
      if (keys.has(key)) wrong(from, at, `"${key}" is there already.`)
      keys.add(key)
      skip()
      if (text[at] === ':') {
        if (isMine) hasColon = true
        at++
        const read = value([...path, key], span, at)
        if (read !== undefined) members.push([key, read])
      } else wrong(span.from, span.to, 'A colon and a value are missing after this key.')
      more = goesOn('}')
    }
    if (mine !== undefined) {
      const own = mine.key
      slot = { is: 'key', path, from: mine.from, to: mine.to, taken: [...keys].filter(key => key !== own), hasColon }
    }
    close(opened, '}')
    return Object.fromEntries(members)
  }

  function array(path: readonly string[]): Json[] {
    const opened = at++
    const items: Json[] = []
    for (let more = true; more; ) {
      const before = at
      skip()
      if (text[at] === ']' || text[at] === undefined || text[at] === '}') {
        if (holdsCaret(before, at))
          slot = {
            is: 'value',
            path: [...path, String(items.length)],
            from: caret ?? at,
            to: caret ?? at,
            taken: [],
            hasColon: false,
          }
        break
      }
      const start = at
      const read = value([...path, String(items.length)], undefined, at)
      if (read !== undefined) items.push(read)
      if (at === start) {
        at++
        continue
      }
      more = goesOn(']')
    }
    close(opened, ']')
    return items
  }

  skip()
  const read = text.trim() === '' ? undefined : value([], undefined, 0)
  if (text.trim() === '') wrong(0, text.length, 'A value is missing.')
  skip()
  if (at < text.length) wrong(at, text.length, 'Nothing may follow here.')
  return { value: read, problems, places, slot }
}
