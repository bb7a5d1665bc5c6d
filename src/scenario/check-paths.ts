// Checks the paths in a scenario file: of `where`, of captures, and of references into the events of earlier steps.
import { didYouMean, excerpt, type Issue } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, pathProblem, pathSegments } from '../core/json.js'
import { READABLE_OF_CALL, READABLE_OF_EVENT, READABLE_OF_RECEIVER_CALL } from './bindings.js'
import { addressesOf, type Names, type TypeAddress } from './names.js'
import { problemList } from './problems.js'
import { hasReference, type Reference, referencesIn } from './references.js'
import { formatPath, type Path, type Problem, type Source } from './source.js'

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

/** A step of the file, at any depth. */
interface FoundStep {
  step: JsonObject
  path: Path
}

/** Every step under a list of steps, outer ones first. */
function stepsIn(steps: Json | undefined, path: Path): FoundStep[] {
  return listOf(steps).flatMap((step, index) => {
    const here = [...path, index]
    if (Array.isArray(step)) return stepsIn(step, here)
    if (!isJsonObject(step)) return []
    return [
      { step, path: here },
      ...stepsIn(step.parallel, [...here, 'parallel']),
      ...stepsIn(objectOf(step.repeat).steps, [...here, 'repeat', 'steps']),
    ]
  })
}

/** Every path that leads nowhere; `addresses` are the event types of the file's triggers by their paths. */
export async function pathProblems(
  source: Source,
  root: JsonObject,
  {
    names,
    addresses,
    settingsOf,
  }: {
    names: Names
    addresses: ReadonlyMap<string, TypeAddress>
    settingsOf(provider: string): JsonObject
  },
): Promise<Problem[]> {
  const problems = problemList(source)
  const steps = [
    ...stepsIn(root.steps, ['steps']),
    ...listOf(root.on).flatMap((on, index) => stepsIn(objectOf(on).steps, ['on', index, 'steps'])),
  ]
  const triggers = steps.filter(({ step }) => step.trigger !== undefined)
  const isRaw = ({ step }: FoundStep) => objectOf(step.trigger).raw !== undefined
  const addressAt = ({ path }: FoundStep) => addresses.get(formatPath([...path, 'trigger']))
  const hasExtraFields = steps.some(({ step: { fault } }) => [fault, objectOf(fault).kind].includes('extraFields'))

  /** Types of the events of a step and those in it; undefined where their payloads can be anything. */
  const typesOfStep = (name: string): TypeAddress[] | undefined => {
    const named = steps.find(({ step }) => step.name === name)
    if (named === undefined) return undefined
    const within = triggers.filter(({ path }) => named.path.every((part, i) => path[i] === part))
    const found = within.flatMap(one => addressAt(one) ?? [])
    return within.some(isRaw) || found.length < within.length || found.length === 0 ? undefined : found
  }

  const typesOf = async (expected: JsonObject): Promise<TypeAddress[] | undefined> => {
    const [step, type, provider] = [expected.step, expected.type, expected.provider].map(textOf)
    if (step !== undefined) return typesOfStep(step)
    if (type === undefined || hasReference(type) || hasReference(provider)) return undefined
    const found = await addressesOf(
      { providers: names.providers, channels: one => names.channels(one, settingsOf(one)) },
      { type, provider },
    )
    const isFree = triggers.some(one => {
      const at = addressAt(one)
      return (
        isRaw(one) &&
        (at === undefined || found.some(({ provider, type }) => provider === at.provider && type === at.type))
      )
    })
    return isFree || found.length === 0 ? undefined : found
  }

  const changed = new Set([
    ...Object.keys(objectOf(root.providers)),
    ...listOf(root.subscriptions).flatMap(one => {
      const { provider, settings } = objectOf(one)
      return settings === undefined ? [] : (textOf(provider) ?? [])
    }),
  ])

  /** Why none of the types has a path; undefined where one has it. */
  const problemOfAll = async (
    types: readonly TypeAddress[],
    problemOf: (type: TypeAddress) => Promise<Issue | undefined>,
  ): Promise<string | undefined> => {
    const found = await Promise.all(types.map(problemOf))
    return found.includes(undefined) ? undefined : found[0]?.message
  }

  const checkWhere = async (expected: JsonObject, path: Path) => {
    const wanted = Object.keys(objectOf(expected.where)).filter(
      key => pathProblem(key) === undefined && !key.includes('${'),
    )
    const types = wanted.length === 0 || hasExtraFields ? undefined : await typesOf(expected)
    if (types === undefined) return
    for (const key of wanted) {
      const problem = await problemOfAll(types, type =>
        names.bodyPathProblem(type, key, settingsOf(type.provider), changed.has(type.provider)),
      )
      if (problem !== undefined) problems.add([...path, 'where', key], problem, undefined, true)
    }
  }

  const checkCaptures = (
    capture: Json | undefined,
    path: Path,
    readable: Readonly<Record<string, readonly string[]>>,
  ) => {
    for (const [name, from] of Object.entries(objectOf(capture))) {
      if (typeof from !== 'string' || hasReference(from)) continue
      const malformed = pathProblem(from)
      const [first = '', second] = malformed === undefined ? pathSegments(from) : []
      const parts = Object.hasOwn(readable, first) ? readable[first] : undefined
      if (malformed !== undefined) problems.add([...path, name], malformed)
      else if (parts === undefined)
        problems.add([...path, name], `There is no "${excerpt(first)}" to capture from.`, () =>
          didYouMean(first, Object.keys(readable), 'Known names'),
        )
      else if (second !== undefined && parts.length > 0 && !parts.includes(second))
        problems.add([...path, name], `There is no "${excerpt(second)}" in ${first}.`, () =>
          didYouMean(second, parts, 'Known names'),
        )
    }
  }

  const checkReference = async ({ text, path: [base, name = '', part, ...rest], fallback }: Reference, at: Path) => {
    // With a default a run goes on where there is nothing.
    if (base !== 'steps' || fallback !== undefined) return
    const types = typesOfStep(name)
    if (part === 'events' && rest[0] !== undefined && !/^\d+$/.test(rest[0]))
      return problems.add(at, `${excerpt(text)}: "events" continues with the number of an event, from 0.`)
    const [field, ...inside] = part === 'events' ? rest.slice(1) : part === 'event' ? rest : []
    if (field === undefined) return
    if (!READABLE_OF_EVENT.includes(field))
      return problems.add(at, `${excerpt(text)}: an event has no "${excerpt(field)}".`, () =>
        didYouMean(field, READABLE_OF_EVENT, 'Known fields'),
      )
    if (field !== 'payload' || inside.length === 0 || types === undefined) return
    const problem = await problemOfAll(types, type =>
      names.payloadPathProblem(type, inside.join('.'), settingsOf(type.provider)),
    )
    if (problem !== undefined) problems.add(at, `${excerpt(text)}: ${problem}`)
  }

  for (const { step, path } of steps) {
    await checkWhere(objectOf(step.expect), [...path, 'expect'])
    if (step.call !== undefined) checkCaptures(step.capture, [...path, 'capture'], READABLE_OF_CALL)
  }
  for (const [index, on] of listOf(root.on).entries())
    checkCaptures(objectOf(on).capture, ['on', index, 'capture'], READABLE_OF_RECEIVER_CALL)
  for (const key of ['providers', 'subscriptions', 'on', 'steps'])
    for (const { reference, path } of referencesIn(root[key], [key])) await checkReference(reference, path)
  return problems.all()
}
