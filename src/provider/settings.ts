// Settings in three layers: defaults of the schemas, provider-wide settings over them, the subscription's own on top.
import type { ZodType } from 'zod'
import { didYouMean, EmulatorError, excerpt, type Issue } from '../core/errors.js'
import { inputIssues, MAX_PROBLEMS, moreProblems, summary, toIssue } from '../core/issues.js'
import { shapeOf } from '../core/zod-walk.js'
import type { LoadedProvider } from './catalog.js'
import type { ChannelBehaviour, Settings } from './channel.js'

type Shape = Record<string, ZodType>

/** The schemas of settings by name. */
export function settingsShape(schema: ZodType): Shape {
  const shape = shapeOf(schema)
  if (shape === undefined) throw new Error('settings must be described by a zod object')
  return shape as Shape
}

/** Every provider-wide setting: the provider's own, and the defaults for subscriptions of its channels. */
export function providerShape({ behaviour, channels }: Pick<LoadedProvider, 'behaviour' | 'channels'>): Shape {
  return Object.assign(
    {},
    ...channels.map(channel => settingsShape(channel.behaviour.settings)),
    settingsShape(behaviour.settings),
  )
}

/**
 * What is wrong with single settings: unknown names (with the nearest) and invalid values; paths from the settings' root. Of very many
 * the last one only says how many more there are.
 */
export function settingIssues(shape: Shape, given: Readonly<Settings>): Issue[] {
  const issues: Issue[] = []
  let more = 0
  for (const [key, value] of Object.entries(given)) {
    // A name that every object inherits (toString) is no setting.
    const field = Object.hasOwn(shape, key) ? shape[key] : undefined
    if (field !== undefined) issues.push(...valueIssues(key, field, value))
    else if (issues.length < MAX_PROBLEMS) issues.push(unknownSetting(key, Object.keys(shape)))
    else more++
  }
  return more === 0 ? issues : [...issues, { path: '', message: moreProblems(more), more }]
}

function valueIssues(key: string, field: ZodType, value: unknown): Issue[] {
  const { error } = field.safeParse(value)
  if (!error) return []
  return inputIssues(error, field, value).map(issue => toIssue({ ...issue, path: [key, ...issue.path] }))
}

function unknownSetting(key: string, known: readonly string[]): Issue {
  return {
    path: excerpt(key),
    message: [`Unknown setting "${excerpt(key)}".`, didYouMean(key, known, 'Known settings')].filter(Boolean).join(' '),
  }
}

/** One error for everything that is wrong with settings of a provider; `where` names the settings in it. */
export function settingsError(issues: readonly Issue[], provider: string, where = 'settings'): EmulatorError {
  const located = issues.map(({ path, ...issue }) => ({ ...issue, path: path === '' ? where : `${where}.${path}` }))
  return new EmulatorError(`Invalid setting of ${provider}: ${summary(located)}`, {
    code: 'invalid_setting',
    where: located[0]?.path,
    hint: `GET /_standin/providers/${provider} lists the settings.`,
    issues: located,
  })
}

/** Those of some settings that a shape knows. */
export function pickSettings<T>(given: Readonly<Record<string, T>>, shape: Shape): Record<string, T> {
  return Object.fromEntries(Object.entries(given).filter(([key]) => Object.hasOwn(shape, key)))
}

function parse(schema: ZodType<Settings>, given: Readonly<Settings>, provider: string, where?: string): Settings {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw settingsError(inputIssues(parsed.error, schema, given).map(toIssue), provider, where)
}

/** Provider-wide settings with every default. Throws `invalid_setting`. */
export function providerSettings(loaded: LoadedProvider, given: Readonly<Settings>): Settings {
  const { provider, behaviour, channels } = loaded
  const schemas = [...channels.map(channel => channel.behaviour.settings), behaviour.settings]
  return Object.assign(
    {},
    ...schemas.map(schema => parse(schema, pickSettings(given, settingsShape(schema)), provider.name)),
  ) as Settings
}

/** The two layers over the defaults of a subscription's settings. */
export interface SettingLayers {
  /** Provider-wide settings; those that are none of the channel's are ignored. */
  providerWide?: Readonly<Settings> | undefined
  /** The subscription's own. */
  own?: Readonly<Settings> | undefined
}

/** What is given of a subscription's settings in both layers. */
function givenOf(schema: ZodType<Settings>, { providerWide = {}, own = {} }: SettingLayers): Settings {
  return { ...pickSettings(providerWide, settingsShape(schema)), ...own }
}

/** What is wrong with a subscription's own settings: single ones, or else what only all of them together break. */
export function subscriptionSettingIssues(
  { settings: schema }: Pick<ChannelBehaviour, 'settings'>,
  layers: SettingLayers,
): Issue[] {
  const single = settingIssues(settingsShape(schema), layers.own ?? {})
  if (single.length > 0) return single
  const given = givenOf(schema, layers)
  const { error } = schema.safeParse(given)
  return error ? inputIssues(error, schema, given).map(toIssue) : []
}

/** A subscription's settings with every default. Throws `invalid_setting`; `where` names the settings in it. */
export function subscriptionSettings(
  { provider, behaviour: { settings: schema } }: { provider: string; behaviour: Pick<ChannelBehaviour, 'settings'> },
  layers: SettingLayers,
  where?: string,
): Settings {
  return parse(schema, givenOf(schema, layers), provider, where)
}
