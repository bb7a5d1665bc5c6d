// Checks every `${…}` in a scenario file before anything is sent: each must name something that exists when it is read.
import { didYouMean, excerpt } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { lostNumber } from '../core/json-numbers.js'
import { problemList } from './problems.js'
import { REFERENCE_ROOTS, type Reference, referencesIn, referencesInKeys } from './references.js'
import { VERBS } from './schema.js'
import type { Path, Problem, Source } from './source.js'

/** What references at a place can name: its own names and those around it. */
interface Visible {
  captures: Set<string>
  steps: Map<string, string>
  repeated: boolean
  outer?: Visible
}

/** What is visible at a place inside another one. */
const within = (outer: Visible, repeated = outer.repeated): Visible => ({
  captures: new Set(),
  steps: new Map(),
  repeated,
  outer,
})

const hasCapture = ({ captures, outer }: Visible, name: string): boolean =>
  captures.has(name) || (outer !== undefined && hasCapture(outer, name))

const verbOfStep = ({ steps, outer }: Visible, name: string): string | undefined =>
  steps.get(name) ?? (outer && verbOfStep(outer, name))

/** What later steps can read of a step, by its verb. */
const READABLE: Record<string, readonly string[]> = {
  trigger: ['event', 'events'],
  call: ['status', 'headers', 'body'],
  repeat: ['event', 'events'],
  parallel: ['event', 'events'],
}

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const verbOf = (step: JsonObject): string | undefined => VERBS.find(verb => step[verb] !== undefined)

/** Every invalid reference and every duplicate or unknown step name in a parsed file. */
export function referenceProblems(source: Source, root: JsonObject): Problem[] {
  const problems = problemList(source)
  const vars = new Set(Object.keys(objectOf(root.vars)))
  /** Every name in the file: a reference with a default may also look ahead. */
  const everywhere: Visible = { captures: new Set(), steps: new Map(), repeated: true }
  /** What calls of the receiver capture, which may happen at any time. */
  const anytime: Visible = { captures: new Set(), steps: new Map(), repeated: false }

  const report = problems.add

  const collect = (steps: Json | undefined, path: Path, into: Visible[]) => {
    for (const [index, step] of listOf(steps).entries()) {
      const here = [...path, index]
      if (Array.isArray(step)) collect(step, here, into)
      if (!isJsonObject(step)) continue
      for (const capture of Object.keys(objectOf(step.capture)))
        for (const visible of into) visible.captures.add(capture)
      if (typeof step.name === 'string') {
        if (everywhere.steps.has(step.name))
          report([...here, 'name'], `Two steps are named "${step.name}".`, () => 'Rename one.')
        for (const visible of into) visible.steps.set(step.name, verbOf(step) ?? '')
      }
      collect(step.parallel, [...here, 'parallel'], into)
      collect(objectOf(step.repeat).steps, [...here, 'repeat', 'steps'], into)
    }
  }

  const check = (reference: Reference, path: Path, visible: Visible) => {
    const [base = '', name = '', part] = reference.path
    const lazy = reference.fallback !== undefined
    const named = (what: 'capture' | 'step') => {
      const all = what === 'capture' ? everywhere.captures : everywhere.steps
      const has = (place: Visible) =>
        what === 'capture' ? hasCapture(place, name) : verbOfStep(place, name) !== undefined
      if (has(visible) || has(anytime)) return true
      if (all.has(name)) {
        if (lazy) return true
        report(
          path,
          `${excerpt(reference.text)}: ${what} "${name}" does not exist yet at this step.`,
          () => 'Move the step that makes it before this one, or give a default with " ?? ".',
        )
      } else
        report(
          path,
          `${excerpt(reference.text)}: unknown ${what} "${excerpt(name)}".`,
          () => didYouMean(name, all.keys(), `Known ${what}s`) ?? `The file has no ${what}.`,
        )
      return false
    }
    if (base === 'vars') {
      if (!vars.has(name))
        report(
          path,
          `${excerpt(reference.text)}: unknown variable "${excerpt(name)}".`,
          () => didYouMean(name, vars, 'Known variables') ?? 'Declare it under "vars".',
        )
    } else if (base === 'captures') named('capture')
    else if (base === 'steps') {
      if (!named('step')) return
      const readable = READABLE[everywhere.steps.get(name) ?? ''] ?? []
      if (part === undefined || !readable.includes(part))
        report(
          path,
          readable.length === 0
            ? `${reference.text}: step "${name}" has no values to read.`
            : `${reference.text}: a reference to step "${name}" continues with ${readable.map(one => `"${one}"`).join(' or ')}.`,
          () => (part === undefined ? undefined : didYouMean(part, readable, 'Known names')),
        )
    } else if (base === 'repeat') {
      if (!visible.repeated) report(path, `${excerpt(reference.text)} is only known inside "repeat".`)
      else if (name !== 'index')
        report(path, `${excerpt(reference.text)}: unknown.`, () => didYouMean(name, ['index'], 'Known names'))
    } else if (base === 'receiver') {
      if (!['url', 'origin'].includes(name))
        report(path, `${excerpt(reference.text)}: unknown.`, () => didYouMean(name, ['url', 'origin'], 'Known names'))
    } else
      report(
        path,
        `${excerpt(reference.text)}: unknown reference.`,
        () =>
          `${didYouMean(base, REFERENCE_ROOTS, 'Known references')} For the text itself write "$${excerpt(reference.text)}".`,
      )
    const lost = reference.fallback === undefined ? undefined : lostNumber(reference.fallback)
    if (lost !== undefined && /^-?\d/.test(reference.fallback ?? ''))
      report(path, `${excerpt(reference.text)}: ${lost.message}`)
  }
  const checkValue = (value: Json | undefined, path: Path, visible: Visible) => {
    for (const found of referencesIn(value, path)) check(found.reference, found.path, visible)
    for (const open of openReferences(value, path))
      report(open, 'A "${" is not closed.', () => 'Close it with "}", or write "$${" for a literal "${".')
    for (const inKey of referencesInKeys(value, path))
      report(
        inKey.path,
        `The key "${excerpt(inKey.key)}" has a reference, and only values have references.`,
        () => 'Write the key itself; "$${" stands for a literal "${".',
        true,
      )
  }

  const checkStepName = (value: Json | undefined, path: Path, visible: Visible) => {
    if (typeof value !== 'string') return
    const verb = verbOfStep(visible, value) ?? anytime.steps.get(value)
    if (verb === undefined)
      report(
        path,
        everywhere.steps.has(value)
          ? `Step "${value}" has not run yet at this step.`
          : `Unknown step "${excerpt(value)}".`,
        () =>
          everywhere.steps.has(value)
            ? 'Move the expectation after it.'
            : (didYouMean(value, everywhere.steps.keys(), 'Known steps') ?? 'Give the step a "name".'),
      )
    else if (!READABLE[verb]?.includes('events'))
      report(
        path,
        `Step "${value}" (${verb || 'no verb'}) triggers no events.`,
        () => 'Expect by "type" or "subject" instead.',
      )
  }

  const walk = (steps: Json | undefined, path: Path, visible: Visible) => {
    listOf(steps).forEach((step, index) => {
      walkStep(step, [...path, index], visible)
    })
  }

  const walkStep = (step: Json, here: Path, visible: Visible) => {
    if (!isJsonObject(step)) return
    const { parallel, repeat, ...own } = step
    checkValue(own, here, visible)
    const expected = objectOf(step.expect)
    checkStepName(expected.step, [...here, 'expect', 'step'], visible)
    listOf(expected.order).forEach((name, i) => {
      checkStepName(name, [...here, 'expect', 'order', i], visible)
    })
    const made: Visible[] = []
    listOf(parallel).forEach((item, branch) => {
      const inner = within(visible)
      made.push(inner)
      const at = [...here, 'parallel', branch]
      if (Array.isArray(item)) walk(item, at, inner)
      else walkStep(item, at, inner)
    })
    if (isJsonObject(repeat)) {
      const inner = within(visible, true)
      made.push(inner)
      const { steps: repeated, ...rest } = repeat
      checkValue(rest, [...here, 'repeat'], visible)
      walk(repeated, [...here, 'repeat', 'steps'], inner)
    }
    for (const inner of made) {
      for (const capture of inner.captures) visible.captures.add(capture)
      for (const [name, verb] of inner.steps) visible.steps.set(name, verb)
    }
    for (const capture of Object.keys(objectOf(step.capture))) visible.captures.add(capture)
    if (typeof step.name === 'string') visible.steps.set(step.name, verbOf(step) ?? '')
  }

  const on = listOf(root.on)
  on.forEach((call, index) => {
    const capture = Object.keys(objectOf(objectOf(call).capture))
    for (const visible of [everywhere, anytime]) for (const name of capture) visible.captures.add(name)
    collect(objectOf(call).steps, ['on', index, 'steps'], [everywhere, anytime])
  })
  collect(root.steps, ['steps'], [everywhere])

  const nothing = (): Visible => ({ captures: new Set(), steps: new Map(), repeated: false })
  checkValue(root.providers, ['providers'], nothing())
  checkValue(root.subscriptions, ['subscriptions'], nothing())
  walk(root.steps, ['steps'], nothing())
  // The main steps may or may not have run when a call comes: all their names are allowed there.
  on.forEach((call, index) => {
    const { steps, ...own } = objectOf(call)
    checkValue(own, ['on', index], nothing())
    walk(steps, ['on', index, 'steps'], within(everywhere, false))
  })
  return problems.all()
}

/** Places of texts with an unclosed `${`. */
function openReferences(value: Json | undefined, path: Path): Path[] {
  if (typeof value === 'string') return /\$\{[^}]*$/.test(value.replaceAll('$${', '')) ? [path] : []
  if (Array.isArray(value)) return value.flatMap((item, i) => openReferences(item, [...path, i]))
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, item]) => openReferences(item, [...path, key])) : []
}
