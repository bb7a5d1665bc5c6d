// Checking every `${…}` of a scenario file before anything is sent: each must name something that exists by then.
import { didYouMean } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { problemAt } from './problems.js'
import { REFERENCE_ROOTS, type Reference, referencesIn } from './references.js'
import { VERBS } from './schema.js'
import type { Path, Problem, Source } from './source.js'

/** What can be referred to at a place. */
interface Scope {
  captures: Set<string>
  steps: Map<string, string>
  repeated: boolean
}

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

/** Every wrong reference and every doubled or unknown step name in a parsed file, whatever else is wrong with it. */
export function referenceProblems(source: Source, root: JsonObject): Problem[] {
  const problems: Problem[] = []
  const vars = Object.keys(objectOf(root.vars))
  /** Every name of the file, wherever it is: a reference with a default may also look ahead. */
  const everywhere: Scope = { captures: new Set(), steps: new Map(), repeated: true }
  /** What calls of the receiver bring; it may come at any time. */
  const anytime: Scope = { captures: new Set(), steps: new Map(), repeated: false }

  const tell = (path: Path, message: string, hint?: string) => problems.push(problemAt(source, path, message, { hint }))

  const collect = (steps: Json | undefined, path: Path, into: Scope[]) => {
    for (const [index, step] of listOf(steps).entries()) {
      const here = [...path, index]
      if (Array.isArray(step)) collect(step, here, into)
      if (!isJsonObject(step)) continue
      for (const capture of Object.keys(objectOf(step.capture))) for (const scope of into) scope.captures.add(capture)
      if (typeof step.name === 'string') {
        if (everywhere.steps.has(step.name))
          tell([...here, 'name'], `Two steps are named "${step.name}".`, 'Rename one.')
        for (const scope of into) scope.steps.set(step.name, verbOf(step) ?? '')
      }
      collect(step.parallel, [...here, 'parallel'], into)
      collect(objectOf(step.repeat).steps, [...here, 'repeat', 'steps'], into)
    }
  }

  const check = (reference: Reference, path: Path, scope: Scope) => {
    const [base = '', name = '', part] = reference.path
    const lazy = reference.fallback !== undefined
    const named = (what: string, sure: Iterable<string>, all: Iterable<string>) => {
      const known = new Set(sure)
      if (known.has(name) || anytimeHas(base, name)) return true
      if (new Set(all).has(name)) {
        if (lazy) return true
        tell(
          path,
          `${reference.text}: ${what} "${name}" is not there yet at this step.`,
          'Move the step that makes it before this one, or give a default with " ?? ".',
        )
      } else
        tell(
          path,
          `${reference.text}: unknown ${what} "${name}".`,
          didYouMean(name, [...new Set(all)]) ?? `The file has no ${what}.`,
        )
      return false
    }
    if (base === 'vars') {
      if (!vars.includes(name))
        tell(
          path,
          `${reference.text}: unknown variable "${name}".`,
          didYouMean(name, vars) ?? 'Declare it under "vars".',
        )
    } else if (base === 'captures') named('capture', scope.captures, everywhere.captures)
    else if (base === 'steps') {
      if (!named('step', scope.steps.keys(), everywhere.steps.keys())) return
      const readable = READABLE[everywhere.steps.get(name) ?? ''] ?? []
      if (part === undefined || !readable.includes(part))
        tell(
          path,
          readable.length === 0
            ? `${reference.text}: there is nothing to read of step "${name}".`
            : `${reference.text}: a reference to step "${name}" goes on with ${readable.map(one => `"${one}"`).join(' or ')}.`,
          part === undefined ? undefined : didYouMean(part, readable),
        )
    } else if (base === 'repeat') {
      if (!scope.repeated) tell(path, `${reference.text} stands outside "repeat".`)
      else if (name !== 'index') tell(path, `${reference.text}: unknown.`, didYouMean(name, ['index']))
    } else if (base === 'receiver') {
      if (!['url', 'origin'].includes(name))
        tell(path, `${reference.text}: unknown.`, didYouMean(name, ['url', 'origin']))
    } else tell(path, `${reference.text}: unknown reference.`, didYouMean(base, REFERENCE_ROOTS))
  }
  const anytimeHas = (base: string, name: string) =>
    base === 'captures' ? anytime.captures.has(name) : base === 'steps' && anytime.steps.has(name)

  const checkValue = (value: Json | undefined, path: Path, scope: Scope) => {
    for (const found of referencesIn(value, path)) check(found.reference, found.path, scope)
    for (const open of openReferences(value, path))
      tell(open, 'A "${" is never closed.', 'Close it with "}", or write "$${" for the characters themselves.')
  }

  const checkStepName = (value: Json | undefined, path: Path, scope: Scope) => {
    if (typeof value !== 'string') return
    const verb = scope.steps.get(value) ?? anytime.steps.get(value)
    if (verb === undefined)
      tell(
        path,
        everywhere.steps.has(value) ? `Step "${value}" has not run yet here.` : `Unknown step "${value}".`,
        everywhere.steps.has(value)
          ? 'Expect it after it.'
          : (didYouMean(value, everywhere.steps.keys()) ?? 'Give the step a "name".'),
      )
    else if (!READABLE[verb]?.includes('events'))
      tell(
        path,
        `Step "${value}" triggers nothing itself (${verb || 'no verb'}).`,
        'Expect by "type" or "subject" instead.',
      )
  }

  const walk = (steps: Json | undefined, path: Path, scope: Scope) => {
    listOf(steps).forEach((step, index) => {
      walkStep(step, [...path, index], scope)
    })
  }

  const walkStep = (step: Json, here: Path, scope: Scope) => {
    if (!isJsonObject(step)) return
    const { parallel, repeat, ...own } = step
    checkValue(own, here, scope)
    const expected = objectOf(step.expect)
    checkStepName(expected.step, [...here, 'expect', 'step'], scope)
    listOf(expected.order).forEach((name, i) => {
      checkStepName(name, [...here, 'expect', 'order', i], scope)
    })
    const made: Scope[] = []
    listOf(parallel).forEach((item, branch) => {
      const inner = copyOf(scope)
      made.push(inner)
      const at = [...here, 'parallel', branch]
      if (Array.isArray(item)) walk(item, at, inner)
      else walkStep(item, at, inner)
    })
    if (isJsonObject(repeat)) {
      const inner = { ...copyOf(scope), repeated: true }
      made.push(inner)
      const { steps: repeated, ...rest } = repeat
      checkValue(rest, [...here, 'repeat'], scope)
      walk(repeated, [...here, 'repeat', 'steps'], inner)
    }
    for (const inner of made) {
      for (const capture of inner.captures) scope.captures.add(capture)
      for (const [name, verb] of inner.steps) scope.steps.set(name, verb)
    }
    for (const capture of Object.keys(objectOf(step.capture))) scope.captures.add(capture)
    if (typeof step.name === 'string') scope.steps.set(step.name, verbOf(step) ?? '')
  }

  const on = listOf(root.on)
  on.forEach((call, index) => {
    const capture = Object.keys(objectOf(objectOf(call).capture))
    for (const scope of [everywhere, anytime]) for (const name of capture) scope.captures.add(name)
    collect(objectOf(call).steps, ['on', index, 'steps'], [everywhere, anytime])
  })
  collect(root.steps, ['steps'], [everywhere])

  const nothing = (): Scope => ({ captures: new Set(), steps: new Map(), repeated: false })
  checkValue(root.providers, ['providers'], nothing())
  checkValue(root.subscriptions, ['subscriptions'], nothing())
  walk(root.steps, ['steps'], nothing())
  // Main steps may or may not have run when a call comes: all their names are allowed there.
  on.forEach((call, index) => {
    const { steps, ...own } = objectOf(call)
    checkValue(own, ['on', index], nothing())
    walk(steps, ['on', index, 'steps'], { ...copyOf(everywhere), repeated: false })
  })
  return problems
}

const copyOf = (scope: Scope): Scope => ({
  captures: new Set(scope.captures),
  steps: new Map(scope.steps),
  repeated: scope.repeated,
})

/** Places of texts with a `${` that has no end. */
function openReferences(value: Json | undefined, path: Path): Path[] {
  if (typeof value === 'string') return /\$\{[^}]*$/.test(value.replaceAll('$${', '')) ? [path] : []
  if (Array.isArray(value)) return value.flatMap((item, i) => openReferences(item, [...path, i]))
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, item]) => openReferences(item, [...path, key])) : []
}
