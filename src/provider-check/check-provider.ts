// The checks of a provider before it is used: of a user's own file at start, and of the built-in providers in tests.
import type { Issue } from '../core/errors.js'
import { placedRoutes } from '../provider/base-path.js'
import { catalogOf } from '../provider/catalog.js'
import { loadFaker } from '../provider/fake.js'
import type { Provider } from '../provider/provider.js'
import type { ProviderWithFaker } from '../provider/registry.js'
import { providerSettings, settingsShape } from '../provider/settings.js'
import { checkChannel } from './check-channel.js'
import { checkEventTypes } from './check-event-types.js'
import { markIssues } from './check-marks.js'
import { behaviourShape, catalogShape, channelShape, providerShape, shapeIssues } from './provider-shape.js'

/** An issue for each name that occurs twice. */
function repeated(names: readonly string[], at: (name: string) => string): Issue[] {
  const twice = new Set(names.filter((name, i) => names.indexOf(name) < i))
  return [...twice].map(name => ({ path: at(name), message: 'is given twice' }))
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Loads every part; a part that cannot be loaded or has the wrong shape is an issue. */
async function open(provider: Provider): Promise<{ loaded: ProviderWithFaker } | { issues: Issue[] }> {
  const issues: Issue[] = []
  const load = async <T>(path: string, load: () => Promise<T>, shape: typeof channelShape | typeof behaviourShape) => {
    try {
      const loaded = await load()
      issues.push(...shapeIssues(shape, loaded, path))
      return loaded
    } catch (error) {
      issues.push({ path, message: `load() failed: ${messageOf(error)}` })
      return undefined
    }
  }
  const behaviour = await load('load()', provider.load, behaviourShape)
  const channels = []
  for (const { load: loadIt, ...channel } of provider.channels) {
    const loaded = await load(`channels.${channel.name}.load()`, loadIt, channelShape)
    if (loaded) channels.push({ ...channel, behaviour: loaded })
  }
  if (issues.length > 0 || !behaviour) return { issues }
  return { loaded: { provider, behaviour, channels, faker: await loadFaker(behaviour.locale) } }
}

/** Each setting must have a default, and each channel the setting maxAttempts. */
function settingIssues({ behaviour, channels }: ProviderWithFaker): Issue[] {
  const issues = shapeIssues(behaviour.settings, {}, 'load().settings')
  for (const { name, behaviour: channel } of channels) {
    const at = `channels.${name}.settings`
    issues.push(...shapeIssues(channel.settings, {}, at))
    const attempts = settingsShape(channel.settings).maxAttempts
    if (!attempts) issues.push({ path: `${at}.maxAttempts`, message: 'is missing' })
    else if (!attempts.safeParse(3).success || !attempts.safeParse('unlimited').success)
      issues.push({ path: `${at}.maxAttempts`, message: 'must take a number and "unlimited"' })
  }
  return issues
}

function assumptionIssues({ provider, behaviour, channels }: ProviderWithFaker): Issue[] {
  const own = new Set(channels.flatMap(channel => Object.keys(settingsShape(channel.behaviour.settings))))
  const wide = new Set(Object.keys(settingsShape(behaviour.settings)))
  const issues = repeated(
    provider.assumptions.map(({ name }) => name),
    name => `assumptions.${name}`,
  )
  for (const { name, setting } of provider.assumptions) {
    const known = setting === 'subscription' ? own : wide
    if (setting !== undefined && !known.has(name))
      issues.push({ path: `assumptions.${name}`, message: `there is no ${setting} setting of this name` })
  }
  return issues
}

function routeIssues({ behaviour }: ProviderWithFaker): Issue[] {
  const wide = settingsShape(behaviour.settings)
  const given = behaviour.routes?.routes ?? []
  const unknown = given.filter(({ base }) => base !== undefined && !Object.hasOwn(wide, base))
  if (unknown.length > 0)
    return unknown.map(({ method, path, base }) => ({
      path: `routes.${method} ${path}.base`,
      message: `there is no provider-wide setting "${base}"`,
    }))
  const routes = behaviour.routes ? placedRoutes(behaviour.routes, behaviour.settings.parse({})) : []
  const issues = repeated(
    routes.map(({ method, path }) => `${method} ${path}`),
    name => `routes.${name}`,
  )
  for (const { method, path, answers } of routes)
    if (Object.keys(answers).length === 0) issues.push({ path: `routes.${method} ${path}`, message: 'has no answers' })
  return issues
}

function subjectIssues({ provider, behaviour }: ProviderWithFaker): Issue[] {
  if (Object.hasOwn(provider.subjects, behaviour.root)) return []
  return [{ path: 'load().root', message: `"${behaviour.root}" is none of the kinds in subjects` }]
}

/** Event types under the default settings; a catalog that cannot be read is an issue. */
function catalogs(loaded: ProviderWithFaker) {
  const settings = providerSettings(loaded, {})
  const issues: Issue[] = []
  const found = loaded.channels.flatMap(channel => {
    const at = `channels.${channel.name}`
    try {
      const eventTypes = catalogOf(channel, settings)
      const wrong = shapeIssues(catalogShape, eventTypes, `${at}.catalog()`)
      issues.push(...wrong)
      return wrong.length === 0 ? [{ channel, eventTypes }] : []
    } catch (error) {
      issues.push({ path: `${at}.catalog()`, message: `failed: ${messageOf(error)}` })
      return []
    }
  })
  for (const { channel, eventTypes } of found) {
    const at = `channels.${channel.name}.eventTypes`
    if (eventTypes.length === 0 && loaded.channels.length === 1) issues.push({ path: at, message: 'is empty' })
    issues.push(
      ...repeated(
        eventTypes.map(({ name }) => name),
        name => `${at}.${name}`,
      ),
    )
    for (const { name, subject, variants } of eventTypes) {
      if (!Object.hasOwn(loaded.provider.subjects, subject))
        issues.push({ path: `${at}.${name}.subject`, message: `"${subject}" is none of the kinds in subjects` })
      issues.push(
        ...repeated(
          variants.map(variant => variant.name),
          variant => `${at}.${name}.variants.${variant}`,
        ),
      )
    }
  }
  return { settings, issues, found }
}

/**
 * Everything that is wrong with a provider, as far as it shows without running it: names, settings, catalog, payloads of every type and
 * variant over `seeds` seeds (default 3), signatures, schedules, assumptions, routes. Never rejects; empty when the provider can be used.
 *
 * @example
 * expect(await checkProvider(acme)).toEqual([])
 */
export async function checkProvider(provider: Provider, { seeds = 3 }: { seeds?: number } = {}): Promise<Issue[]> {
  const plain = shapeIssues(providerShape, provider, '')
  if (plain.length > 0) return plain
  const doubled = repeated(
    provider.channels.map(({ name }) => name),
    name => `channels.${name}`,
  )
  if (doubled.length > 0) return doubled
  const opened = await open(provider)
  if ('issues' in opened) return opened.issues
  const { loaded } = opened
  const settings = settingIssues(loaded)
  if (settings.length > 0) return settings
  const { settings: complete, found, issues } = catalogs(loaded)
  issues.push(...subjectIssues(loaded), ...assumptionIssues(loaded), ...routeIssues(loaded))
  if (issues.length > 0) return issues
  for (const { channel, eventTypes } of found) {
    const { issues: wrong, sample } = checkEventTypes(loaded, channel, eventTypes, complete, seeds)
    issues.push(...wrong, ...(await checkChannel(channel, sample)))
  }
  if (issues.length === 0) issues.push(...markIssues(loaded, complete))
  return issues
}
