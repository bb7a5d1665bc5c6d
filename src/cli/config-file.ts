// Reads standin.yaml: checked whole like a scenario, with line, column and "did you mean"; then what it says for one command.
import { dirname, isAbsolute, join } from 'node:path'
import { environmentVariables, type OptionName, options as table } from '../config.js'
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { nameProblems } from '../scenario/check-names.js'
import { fileText } from '../scenario/file-text.js'
import { namesOf } from '../scenario/names.js'
import { formatProblem, inOrder, type ProblemList, problemList, schemaProblems } from '../scenario/problems.js'
import { referencesIn, resolved } from '../scenario/references.js'
import { formatPath, type Path, type Problem, readSource, type Source } from '../scenario/source.js'
import { CONFIG_KEYS, type CommandConfig, type ConfigKey, type Wanted } from './config-keys.js'
import { configSchema } from './config-schema.js'
import { readBytes } from './files.js'
import { parseOption } from './option-values.js'
import { providersOf } from './providers.js'

/** The command that the file is read for. */
interface Reader {
  name: string
  args: readonly string[]
  options: readonly OptionName[]
  /** Provider files of the command line. */
  providerFiles: readonly string[]
}

const keys: [string, ConfigKey][] = Object.entries(CONFIG_KEYS)
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

/** Throws `invalid_file` for the problems, in the order of their places. */
function refuse(source: Source, problems: readonly Problem[]): void {
  const [first, ...others] = inOrder(source, problems)
  if (first === undefined) return
  const all = [first, ...others]
  throw new EmulatorError(
    `The config file is invalid:\n${all.map(problem => `  ${formatProblem(problem)}`).join('\n')}`,
    {
      code: 'invalid_file',
      where: `${first.file}:${first.line}:${first.column}`,
      hint: 'docs/config.md describes every key; standin schema config prints a JSON Schema for editors.',
      issues: all.map(({ path, message, hint }) => ({
        path,
        message: hint === undefined ? message : `${message} ${hint}`,
      })),
    },
  )
}

/** Adds the references that are no `${env.NAME}`, which is wrong for every command. */
function checkReferences(root: JsonObject, problems: ProblemList): void {
  for (const { reference, path } of referencesIn(root))
    if (reference.path[0] !== 'env' || reference.path.length !== 2)
      problems.add(path, `${reference.text} is not a reference to the environment.`, () => `Write \${env.NAME}.`)
}

/** Makes values of what the file has: references resolved, paths taken from the folder of the file. */
function createResolver(source: Source, problems: ProblemList) {
  const env = environmentVariables()
  const lookUp = ([, name = '']: readonly string[]) => env[name] || undefined
  return {
    /** Undefined, and a problem, where a variable is missing. */
    value(given: Json, path: Path): Json | undefined {
      const missing = referencesIn(given, path).filter(
        ({ reference }) => lookUp(reference.path) === undefined && reference.fallback === undefined,
      )
      for (const { reference, path } of missing) {
        const name = reference.path[1]
        problems.add(
          path,
          `The environment variable ${name} is not set.`,
          () => `Set it, or write \${env.${name} ?? a default}.`,
        )
      }
      return missing.length > 0 ? undefined : resolved(given, lookUp)
    },
    path: (text: string) =>
      text === ':memory:' || isAbsolute(text) || dirname(source.file) === '.' ? text : join(dirname(source.file), text),
  }
}

type Resolver = ReturnType<typeof createResolver>

/** The value of an option, as the command line would give it. */
function optionValue(
  { option, isPath }: ConfigKey,
  given: Json,
  where: string,
  { path }: Pick<Resolver, 'path'>,
): unknown {
  const spec = table[option]
  const text = (value: Json) => {
    const written = typeof value === 'string' ? value : JSON.stringify(value)
    return isPath ? path(written) : written
  }
  if (spec.kind === 'list') return listOf(given).map(text)
  if (spec.kind === 'texts')
    return Object.fromEntries(Object.entries(objectOf(given)).map(([name, value]) => [name, text(value)]))
  if (spec.kind === 'reports')
    return Object.entries(objectOf(given)).map(([format, file]) => ({ format, file: text(file) }))
  return parseOption(spec, [text(given)], where)
}

/** A provider's settings as the pairs of --setting; `prefix` is there where the option names the provider. */
const settingPairs = (settings: JsonObject, prefix: string) =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `${prefix}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      value,
    ]),
  )

/** The subscriptions of the file. One without a URL gets the file's `to`. */
function wantedOf(root: JsonObject, source: Source, problems: ProblemList, { value }: Resolver): Wanted[] {
  const wanted: Wanted[] = []
  for (const [i, given] of listOf(root.subscriptions).entries()) {
    const path = ['subscriptions', i]
    const one = value(given, path)
    const to = objectOf(given).url === undefined ? root.to : null
    const fallback = to === undefined || to === null ? undefined : value(to, ['to'])
    if (to === undefined) problems.add(path, 'This subscription has no "url", and the file has no "to".')
    if (!isJsonObject(one)) continue
    const { name, provider, url = fallback, secret, ...input } = one
    const key = String(
      name ?? (input.channel === undefined ? provider : `${String(provider)}/${String(input.channel)}`),
    )
    if (wanted.some(other => other.key === key))
      problems.add(path, `Two subscriptions are "${key}".`, () => 'Give each a name of its own.')
    const { line, column } = source.position(path)
    wanted.push({
      key,
      provider: String(provider),
      // The schema has checked the rest.
      input: {
        ...input,
        url: String(url),
        secret: secret === undefined || secret === null || typeof secret === 'string' ? secret : JSON.stringify(secret),
      },
      where: `${source.file}:${line}:${column} ${formatPath(path)}`,
    })
  }
  return wanted
}

/** What the file says for a command. Throws `invalid_file` with every problem, each with its line and column. */
export async function readConfig(file: string, reader: Reader): Promise<CommandConfig> {
  const { name: command, args, options } = reader
  const source = readSource(fileText(readBytes(file, '--config')), file)
  refuse(source, source.syntax)
  const given = source.value ?? {}
  const checked = configSchema.safeParse(given)
  refuse(source, checked.success ? [] : schemaProblems(source, checked.error, configSchema))
  const root = objectOf(given)
  const problems = problemList(source)
  checkReferences(root, problems)
  const resolver = createResolver(source, problems)

  const values: CommandConfig['values'] = {}
  const places: CommandConfig['places'] = {}
  const setsOption = (option: OptionName, path: Path): string => {
    const { line, column } = source.position(path)
    const place = `${file}:${line}:${column} ${formatPath(path)}`
    places[option] = place
    return place
  }
  for (const [name, key] of keys) {
    const written = root[name]
    if (written === undefined || !key.commands.includes(command)) continue
    const value = resolver.value(written, [name])
    if (value === undefined) continue
    values[key.option] = optionValue(key, value, setsOption(key.option, [name]), resolver)
  }
  const files = [values['provider-file'] ?? []].flat().map(String)
  if (options.includes('provider-file')) {
    const providers = await providersOf([...new Set([...files, ...reader.providerFiles])])
    const { problems: wrong } = await nameProblems(source, root, namesOf(providers))
    refuse(source, [...problems.all(), ...wrong])
  }
  const settings = objectOf(root.providers)
  const [provider = ''] = args
  if (command === 'serve' || command === 'run')
    values.setting = Object.fromEntries(
      Object.entries(settings).flatMap(([name, own]) =>
        Object.entries(settingPairs(objectOf(resolver.value(own, ['providers', name])), `/${name}`)),
      ),
    )
  if (command === 'trigger' || command === 'verify' || command === 'load')
    values.setting = settingPairs(objectOf(resolver.value(settings[provider] ?? {}, ['providers', provider])), '')
  let subscriptions: Wanted[] = []
  if (command === 'serve') subscriptions = wantedOf(root, source, problems, resolver)
  if (command === 'verify' || command === 'load') {
    const own = listOf(root.subscriptions)
      .filter(one => objectOf(one).provider === provider)
      .slice(0, 1)
    const index = listOf(root.subscriptions).indexOf(own[0] ?? null)
    const one = own[0] === undefined ? undefined : objectOf(resolver.value(own[0], ['subscriptions', index]))
    for (const [option, key] of [
      ['to', 'url'],
      ['secret', 'secret'],
      ['channel', 'channel'],
    ] as const) {
      const given = one?.[key]
      if (given === undefined || (key === 'secret' && typeof given !== 'string')) continue
      values[option] = given
      setsOption(option, ['subscriptions', index, key])
    }
    values.setting = { ...objectOf(values.setting as Json), ...settingPairs(objectOf(one?.settings), '') }
  }
  const { port } = root
  if (
    options.includes('server') &&
    command !== 'run' &&
    values.server === undefined &&
    port !== undefined &&
    port !== 0
  ) {
    const known = resolver.value(port, ['port'])
    if (known !== undefined) values.server = `http://127.0.0.1:${String(known)}`
  }
  refuse(source, problems.all())
  const folder = command === 'run' || command === 'validate' ? values.scenarios : undefined
  return { values, places, args: folder === undefined ? [] : [String(folder)], subscriptions }
}
