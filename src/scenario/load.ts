// Reads scenario files and folders; every problem of a file is reported, with its line, column and field.
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { didYouMean, EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json } from '../core/json.js'
import { nameProblems, providerSettingsOf } from './check-names.js'
import { referenceProblems } from './check-references.js'
import { fileText } from './file-text.js'
import { filesBelow } from './folder.js'
import type { Names } from './names.js'
import { planScenario } from './plan.js'
import { inOrder, NO_SCENARIOS, NO_SUCH_FILE, problemAt, schemaProblems, UNREADABLE } from './problems.js'
import type { Scenario } from './scenario.js'
import { bareListSchema, scenarioSchema } from './schema.js'
import { type Path, type Problem, readSource, type Source } from './source.js'

/** A scenario, or everything that is wrong with it. */
export type Parsed = { scenario: Scenario; problems: [] } | { scenario?: undefined; problems: Problem[] }

/** Checks the text of a scenario (YAML or JSON). `file` is the name in its problems. */
export async function parseScenario(text: string, file: string, names: Names): Promise<Parsed> {
  const source = readSource(text, file)
  if (source.syntax.length > 0) return { problems: source.syntax }
  if (source.value === null)
    return { problems: [problemAt(source, [], 'The file is empty.', { hint: 'A scenario starts with "version: 1".' })] }
  return Array.isArray(source.value) ? parseList(source, source.value, names) : parseWhole(source, source.value, names)
}

async function parseList(source: Source, list: Json[], names: Names): Promise<Parsed> {
  const parsed = bareListSchema.safeParse(list)
  if (!parsed.success) {
    const problems = schemaProblems(source, parsed.error, bareListSchema)
    return {
      problems: problems.map(problem => ({
        ...problem,
        hint: problem.hint ?? 'A list may only contain event types; write "version: 1" and "steps:" for more.',
      })),
    }
  }
  const name = basename(source.file).replace(/\.(ya?ml|json)$/, '')
  const whole = { version: 1, name, steps: parsed.data.map(type => ({ trigger: type })) }
  // In the file the types are under neither "steps" nor "trigger".
  const inFile = (path: Path): Path => (path[0] === 'steps' ? path.slice(1, 2) : [])
  const outcome = await parseWhole(
    { ...source, value: whole, position: path => source.position(inFile(path)) },
    whole,
    names,
  )
  if (outcome.scenario !== undefined) return outcome
  const rename = (path: string) => path.replace(/^steps(\[\d+\])\.trigger/, '$1')
  return { problems: outcome.problems.map(problem => ({ ...problem, path: rename(problem.path) })) }
}

async function parseWhole(source: Source, value: Json, names: Names): Promise<Parsed> {
  const parsed = scenarioSchema.safeParse(value)
  const problems = parsed.success ? [] : schemaProblems(source, parsed.error)
  if (!isJsonObject(value)) return { problems }
  const checked = await nameProblems(source, value, names)
  problems.push(...referenceProblems(source, value), ...checked.problems)
  if (!parsed.success || problems.length > 0) return { problems: inOrder(source, problems) }
  const providerSettings = providerSettingsOf(value)
  const channels = new Map<string, string[]>()
  for (const provider of names.providers())
    channels.set(
      provider,
      (await names.channels(provider, providerSettings[provider] ?? {})).map(channel => channel.name),
    )
  const scenario = planScenario({
    file: source.file,
    definition: parsed.data,
    addresses: checked.addresses,
    position: source.position,
    channelsOf: provider => channels.get(provider) ?? [],
  })
  return { scenario, problems: [] }
}

/** The valid scenarios of some files, and the problems of the others. */
export interface LoadedScenarios {
  scenarios: Scenario[]
  problems: Problem[]
}

/** Loads files and whole folders (`.yaml`, `.yml`, `.json`, sorted by path). With `tags` only scenarios that have one of them. */
export async function loadScenarios(
  paths: readonly string[],
  names: Names,
  { tags = [] }: { tags?: readonly string[] } = {},
): Promise<LoadedScenarios> {
  const scenarios: Scenario[] = []
  const problems: Problem[] = []
  for (const path of paths) {
    const found = await filesOf(path)
    if ('problem' in found) {
      problems.push(found.problem)
      continue
    }
    for (const file of found.files) {
      const parsed = await parseFile(file, names)
      problems.push(...parsed.problems)
      if (parsed.scenario === undefined) continue
      const own = parsed.scenario.definition.tags ?? []
      if (tags.length === 0 || tags.some(tag => own.includes(tag))) scenarios.push(parsed.scenario)
    }
  }
  return { scenarios, problems }
}

async function parseFile(file: string, names: Names): Promise<Parsed> {
  let text: string
  try {
    text = fileText(await readFile(file))
  } catch (error) {
    const { message, hint } =
      error instanceof EmulatorError
        ? error
        : {
            message: `${UNREADABLE} ${codeOf(error)}.`,
            hint: 'Check its permissions.',
          }
    return { problems: [{ file, line: 1, column: 1, path: '', message, hint }] }
  }
  return parseScenario(text, file, names)
}

/** A file in a folder that is no scenario: the config file, and schemas. */
const IS_OTHER = /^standin\.yaml$|\.schema\.json$/
const IS_SCENARIO = /\.(ya?ml|json)$/

/** What the system says of a failed call: \`EACCES\`. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

async function filesOf(path: string): Promise<{ files: string[] } | { problem: Problem }> {
  const nothing = (message: string, hint: string | undefined) => ({
    problem: { file: path, line: 1, column: 1, path: '', message, hint },
  })
  const kind = await stat(path).catch(codeOf)
  if (kind === 'EACCES') return nothing(`${UNREADABLE} ${kind}.`, 'Check the permissions of its folder.')
  if (typeof kind === 'string') {
    const folder = dirname(path)
    const beside = (await readdir(folder).catch(() => [])).filter(name => !name.startsWith('.'))
    return nothing(
      NO_SUCH_FILE,
      didYouMean(basename(path), beside, folder === '.' ? 'Files here' : `Files in ${folder}`),
    )
  }
  if (!kind.isDirectory()) return { files: [path] }
  const files = await filesBelow(path, name => IS_SCENARIO.test(name) && !IS_OTHER.test(name)).catch(codeOf)
  if (typeof files === 'string') return nothing(`${UNREADABLE} ${files}.`, 'Check its permissions.')
  files.sort()
  return files.length === 0 ? nothing(NO_SCENARIOS, 'Scenarios are .yaml, .yml or .json files.') : { files }
}
