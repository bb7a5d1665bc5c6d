// Matches texts against a pattern in time linear in the text: all ways through the pattern are followed at once, none is tried again.
import { type Pattern, parsePattern, type Range } from './pattern.js'

/** The largest pattern with its repetitions written out, steps. Each character of a text costs at most this much. */
const MOST_STEPS = 1000

/** The most work for one text, comparisons: some tenths of a second. Longer texts do not match. */
const MOST_WORK = 20_000_000

type Step =
  | { kind: 'take'; ranges: readonly Range[] }
  | { kind: 'assertion'; at: 'start' | 'end' | 'word' | 'inside' }
  | { kind: 'fork'; to: readonly number[] }
  | { kind: 'end' }

/** The steps of a pattern. Throws an Error when there are too many. */
function stepsOf(pattern: Pattern): Step[] {
  const steps: Step[] = []
  const push = (step: Step): number => {
    if (steps.length >= MOST_STEPS)
      throw new Error(`the pattern is too large: with its repetitions written out it has more than ${MOST_STEPS} steps`)
    return steps.push(step) - 1
  }
  const add = (node: Pattern): void => {
    switch (node.kind) {
      case 'character': {
        const code = node.text.charCodeAt(0)
        push({ kind: 'take', ranges: [[code, code]] })
        return
      }
      case 'set':
        push({ kind: 'take', ranges: node.ranges })
        return
      case 'assertion':
        push(node)
        return
      case 'sequence':
        node.parts.forEach(add)
        return
      case 'either':
        addEither(node.branches)
        return
      case 'repeat':
        addRepeat(node)
    }
  }
  const addEither = (branches: readonly Pattern[]) => {
    if (branches.length === 1) return branches.forEach(add)
    const fork = push({ kind: 'fork', to: [] })
    const starts: number[] = []
    const ends: number[] = []
    for (const branch of branches) {
      starts.push(steps.length)
      add(branch)
      ends.push(push({ kind: 'fork', to: [] }))
    }
    steps[fork] = { kind: 'fork', to: starts }
    for (const end of ends) steps[end] = { kind: 'fork', to: [steps.length] }
  }
  const addRepeat = ({ one, least, most }: { one: Pattern; least: number; most: number }) => {
    const before = steps.length
    for (let count = 0; count < least; count++) {
      add(one)
      // Nothing, however often, stays nothing.
      if (steps.length === before) return
    }
    if (most === Number.POSITIVE_INFINITY) {
      const fork = push({ kind: 'fork', to: [] })
      add(one)
      push({ kind: 'fork', to: [fork] })
      steps[fork] = { kind: 'fork', to: [fork + 1, steps.length] }
      return
    }
    const forks: number[] = []
    for (let count = least; count < most; count++) {
      forks.push(push({ kind: 'fork', to: [] }))
      add(one)
    }
    for (const fork of forks) steps[fork] = { kind: 'fork', to: [fork + 1, steps.length] }
  }
  add(pattern)
  push({ kind: 'end' })
  return steps
}

const isWord = (text: string, at: number) => /\w/.test(text.charAt(at))

function holds(at: 'start' | 'end' | 'word' | 'inside', text: string, position: number): boolean {
  if (at === 'start') return position === 0
  if (at === 'end') return position === text.length
  return (isWord(text, position - 1) !== isWord(text, position)) === (at === 'word')
}

/** Comparisons for one character when every step is reached. */
const workOf = (steps: readonly Step[]) =>
  steps.reduce((sum, step) => sum + (step.kind === 'take' ? step.ranges.length : 1), 0)

/** True if a part of the text passes through the steps. */
function passes(steps: readonly Step[], text: string): boolean {
  // The position, plus one, at which a step was last reached.
  const reached = new Float64Array(steps.length)
  let here: number[] = []
  const stack: number[] = []
  /** Follows forks and assertions from one step; true when the end is reached. */
  const reach = (from: number, position: number): boolean => {
    stack.push(from)
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (reached[index] === position + 1) continue
      reached[index] = position + 1
      const step = steps[index]
      if (step === undefined || step.kind === 'end') return true
      if (step.kind === 'take') here.push(index)
      else if (step.kind === 'fork') stack.push(...step.to)
      else if (holds(step.at, text, position)) stack.push(index + 1)
    }
    return false
  }
  for (let position = 0; position <= text.length; position++) {
    if (reach(0, position)) return true
    const code = text.charCodeAt(position)
    const from = here
    here = []
    for (const index of from) {
      const step = steps[index]
      if (step?.kind !== 'take' || !step.ranges.some(([first, last]) => code >= first && code <= last)) continue
      if (reach(index + 1, position + 1)) return true
    }
  }
  return false
}

/** A test of texts against a pattern. Throws an Error for a pattern that is invalid, too large or not supported. */
export function patternMatcher(pattern: string): (text: string) => boolean {
  const steps = stepsOf(parsePattern(pattern))
  const longest = Math.floor(MOST_WORK / workOf(steps))
  return text => text.length <= longest && passes(steps, text)
}

/** Comparisons that a pattern takes for each character of a text, at most. Throws an Error like `patternMatcher`. */
export function comparisonsPerCharacter(pattern: string): number {
  return workOf(stepsOf(parsePattern(pattern)))
}
