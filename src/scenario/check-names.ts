// Checks the names in a scenario file against what the providers know: types, variants, channels, settings, payload paths.
import { MOST_ENTRIES } from '../api/values.js'
import { didYouMean, EmulatorError, excerpt } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { OBJECT_TEXT_HINT, objectTextProblem } from '../core/json-text.js'
import { findChannel, typeIn } from '../provider/catalog.js'
import { pathProblems } from './check-paths.js'
import { addressesOf, type NamedChannel, type Names, type TypeAddress } from './names.js'
import { problemList } from './problems.js'
import { hasReference, resolved } from './references.js'
import { formatPath, type Path, type Problem, type Source } from './source.js'

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const textOf = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

const NONE: JsonObject = {}

/** The entries without references, which are known before the scenario runs. */
const known = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => !hasReference(inner)))

/** The problems of a file's names, and the event types that they resolve to. */
export interface CheckedNames {
  problems: Problem[]
  /** Path of a trigger (`steps[2].trigger`) to its event type. */
  addresses: Map<string, TypeAddress>
}

/** Provider-wide settings of a parsed file, as far as they are known before it runs. */
export function providerSettingsOf(root: JsonObject): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(objectOf(root.providers)).map(([provider, settings]) => [provider, known(objectOf(settings))]),
  )
}

/** Every unknown name in a parsed file. */
export async function nameProblems(source: Source, root: JsonObject, names: Names): Promise<CheckedNames> {
  const problems = problemList(source)
  const addresses = new Map<string, TypeAddress>()
  const providerSettings = providerSettingsOf(root)
  const subscribed = [...new Set(listOf(root.subscriptions).flatMap(one => textOf(objectOf(one).provider) ?? []))]

  const subscriptionNames = new Set(listOf(root.subscriptions).flatMap(one => textOf(objectOf(one).name) ?? []))
  /** The channel of each subscription that has a name, with its own settings as the file has them. */
  const subscriptionChannels = new Map<string, { provider: string; channel: string; settings: JsonObject }>()
  const report = problems.add

  const settingsOf = (provider: string): JsonObject =>
    Object.hasOwn(providerSettings, provider) ? (providerSettings[provider] ?? NONE) : NONE
  const channels = new Map<string, Promise<readonly NamedChannel[]>>()
  const channelsOf = (provider: string): Promise<readonly NamedChannel[]> => {
    const known = channels.get(provider) ?? names.channels(provider, settingsOf(provider))
    channels.set(provider, known)
    return known
  }
  const search = { providers: names.providers, channels: channelsOf }

  const checkProvider = (value: Json | undefined, path: Path, key = false): string | undefined => {
    const name = textOf(value)
    if (name === undefined) return undefined
    if (names.providers().includes(name)) return name
    report(
      path,
      `Unknown provider "${excerpt(name)}".`,
      () => didYouMean(name, names.providers(), 'Known providers'),
      key,
    )
    return undefined
  }

  const checkChannel = async (
    provider: string,
    value: Json | undefined,
    path: Path,
  ): Promise<NamedChannel | undefined> => {
    const channels = await channelsOf(provider)
    try {
      return findChannel({ provider: { name: provider }, channels }, textOf(value))
    } catch (error) {
      if (!(error instanceof EmulatorError)) throw error
      report(path, error.message, () => error.hint)
      return undefined
    }
  }

  const unknownType = async (type: string, path: Path, provider?: string, channel?: string) => {
    const [before = ''] = type.split('/')
    const mistyped = provider === undefined && type.includes('/') && !names.providers().includes(before)
    if (mistyped)
      return report(path, `Unknown provider "${excerpt(before)}".`, () =>
        didYouMean(before, names.providers(), 'Known providers'),
      )
    const all: string[] = []
    for (const one of provider === undefined ? names.providers() : [provider])
      for (const candidate of await channelsOf(one))
        if (channel === undefined || channel === candidate.name)
          all.push(...candidate.eventTypes.map(known => known.name))
    const short = type.slice(type.lastIndexOf('/') + 1)
    const where = [provider, channel].filter(part => part !== undefined).join('/')
    report(path, `Unknown event type "${excerpt(type)}"${where === '' ? '' : ` of ${where}`}.`, () =>
      didYouMean(short, all, 'Known event types'),
    )
  }

  const checkTrigger = async (trigger: Json, path: Path) => {
    const long = objectOf(trigger)
    const short = typeof trigger === 'string'
    const type = short ? trigger : textOf(long.type)
    const typePath = short ? path : [...path, 'type']
    if (type === undefined) return
    if (hasReference(type))
      return report(typePath, 'An event type cannot be a reference.', () => 'Write the type itself.')
    const provider = long.provider === undefined ? undefined : checkProvider(long.provider, [...path, 'provider'])
    if (long.provider !== undefined && provider === undefined) return
    if (provider !== undefined && long.channel !== undefined) {
      if ((await checkChannel(provider, long.channel, [...path, 'channel'])) === undefined) return
    }
    const channel = textOf(long.channel)
    const found = await addressesOf(search, { type, provider, channel })
    const likely = found.length > 1 ? found.filter(one => subscribed.includes(one.provider)) : found
    const [address] = likely
    if (found.length === 0) return unknownType(type, typePath, provider, channel)
    if (address === undefined || likely.length > 1)
      return report(
        typePath,
        `Several providers have an event type "${type}".`,
        () => `Write ${found.map(one => `${one.provider}/${one.type}`).join(' or ')}.`,
      )
    addresses.set(formatPath(path), address)
    if (short) return
    await checkVariant(address, long.variant, [...path, 'variant'])
    await checkPayload(address, long, path)
    const raw = textOf(long.raw)
    const notSent =
      raw === undefined || hasReference(raw) ? undefined : objectTextProblem(String(resolved(raw, () => undefined)))
    if (notSent !== undefined) report([...path, 'raw'], notSent, () => OBJECT_TEXT_HINT)
  }

  const checkVariant = async (address: TypeAddress, value: Json | undefined, path: Path) => {
    const name = textOf(value)
    if (name === undefined || hasReference(name)) return
    const channels = (await channelsOf(address.provider)).filter(({ name }) => name === address.channel)
    const found = typeIn(channels, address.type, {})
    const variants = found?.eventType.variants.map(one => one.name) ?? []
    if (variants.includes(name)) return
    report(
      path,
      `Unknown variant "${excerpt(name)}" of ${address.type}.`,
      () => didYouMean(name, variants, 'Known variants') ?? 'It has no variants.',
    )
  }

  const checkPayload = async (address: TypeAddress, trigger: JsonObject, path: Path) => {
    // The schema refuses more; each path would be checked against the payload's.
    if (Object.keys(objectOf(trigger.set)).length > MOST_ENTRIES || listOf(trigger.unset).length > MOST_ENTRIES) return
    const set: Record<string, Json | undefined> = {}
    for (const [key, value] of Object.entries(objectOf(trigger.set))) set[key] = hasReference(value) ? undefined : value
    const unset = listOf(trigger.unset).flatMap(one => textOf(one) ?? [])
    for (const issue of await names.payloadProblems(address, set, unset, settingsOf(address.provider))) {
      const inSet = Object.hasOwn(set, issue.path)
      report(
        inSet ? [...path, 'set', issue.path] : [...path, 'unset', unset.indexOf(issue.path)],
        issue.message,
        undefined,
        inSet,
      )
    }
  }

  const checkExpect = async (expected: JsonObject, path: Path) => {
    const provider = checkProvider(expected.provider, [...path, 'provider'])
    await checkType(expected, provider, path)
    checkSubscription(expected.subscription, [...path, 'subscription'])
  }

  /** The type of an expectation or a fault; `provider` is its own, where that is known. */
  const checkType = async (given: JsonObject, provider: string | undefined, path: Path) => {
    const type = textOf(given.type)
    if (type === undefined || hasReference(type) || (given.provider !== undefined && provider === undefined)) return
    if ((await addressesOf(search, { type, provider })).length === 0)
      await unknownType(type, [...path, 'type'], provider)
  }

  const checkSubscription = (given: Json | undefined, path: Path) => {
    const subscription = textOf(given)
    if (subscription !== undefined && !hasReference(subscription) && !subscriptionNames.has(subscription))
      report(
        path,
        `Unknown subscription "${excerpt(subscription)}".`,
        () => didYouMean(subscription, subscriptionNames, 'Known subscriptions') ?? 'Name it under "subscriptions".',
      )
  }

  const checkSecret = async (
    secret: Json | undefined,
    of: { provider: string; channel: string; settings: JsonObject } | undefined,
    path: Path,
  ) => {
    // What a secret must be like may depend on a setting that is known only when the scenario runs.
    const wide = of && objectOf(objectOf(root.providers)[of.provider])
    if (typeof secret !== 'string' || hasReference(secret) || of === undefined) return
    if (hasReference(of.settings) || hasReference(wide)) return
    const settings = { providerWide: settingsOf(of.provider), own: of.settings }
    const problem = await names.secretProblem(of.provider, of.channel, secret, settings)
    if (problem !== undefined) report(path, problem.message)
  }

  const checkFault = async (fault: JsonObject, path: Path) => {
    const provider = checkProvider(fault.provider, [...path, 'provider'])
    if (provider !== undefined && fault.channel !== undefined)
      await checkChannel(provider, fault.channel, [...path, 'channel'])
    await checkType(fault, provider, path)
    checkSubscription(fault.subscription, [...path, 'subscription'])
  }

  const checkStep = async (step: Json, path: Path): Promise<void> => {
    if (Array.isArray(step)) return checkSteps(step, path)
    if (!isJsonObject(step)) return
    if (step.trigger !== undefined) await checkTrigger(step.trigger, [...path, 'trigger'])
    if (isJsonObject(step.call)) checkProvider(step.call.provider, [...path, 'call', 'provider'])
    if (isJsonObject(step.fault)) await checkFault(step.fault, [...path, 'fault'])
    if (typeof step.rotate === 'string') checkSubscription(step.rotate, [...path, 'rotate'])
    if (isJsonObject(step.rotate)) {
      checkSubscription(step.rotate.subscription, [...path, 'rotate', 'subscription'])
      const of = subscriptionChannels.get(textOf(step.rotate.subscription) ?? '')
      await checkSecret(step.rotate.secret, of, [...path, 'rotate', 'secret'])
    }
    if (isJsonObject(step.expect)) await checkExpect(step.expect, [...path, 'expect'])
    await checkSteps(step.parallel, [...path, 'parallel'])
    await checkSteps(objectOf(step.repeat).steps, [...path, 'repeat', 'steps'])
  }
  const checkSteps = async (steps: Json | undefined, path: Path): Promise<void> => {
    for (const [index, step] of listOf(steps).entries()) await checkStep(step, [...path, index])
  }

  for (const [provider, settings] of Object.entries(objectOf(root.providers))) {
    if (checkProvider(provider, ['providers', provider], true) === undefined) continue
    for (const issue of await names.providerSettingProblems(provider, known(objectOf(settings))))
      report(['providers', provider, ...issue.path.split('.')], issue.message)
  }
  for (const [index, one] of listOf(root.subscriptions).entries()) {
    const path = ['subscriptions', index]
    const subscription = objectOf(one)
    const url = textOf(subscription.url)
    if (url !== undefined && !hasReference(url) && !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
      report(
        [...path, 'url'],
        `"${excerpt(url)}" is not the URL of a receiver.`,
        () => 'Write the whole URL, e.g. http://127.0.0.1:3000/webhooks.',
      )
    const provider = checkProvider(subscription.provider, [...path, 'provider'])
    if (provider === undefined) continue
    const channel = await checkChannel(provider, subscription.channel, [...path, 'channel'])
    if (channel === undefined) continue
    const all = channel.wildcard === undefined ? [] : [channel.wildcard.name]
    const types = [...channel.eventTypes.map(type => type.name), ...all]
    for (const [i, type] of listOf(subscription.eventTypes).entries())
      if (typeof type === 'string' && type !== '*' && !hasReference(type) && !types.includes(type))
        await unknownType(type, [...path, 'eventTypes', i], provider, channel.name)
    for (const issue of await names.settingProblems(provider, channel.name, known(objectOf(subscription.settings))))
      report([...path, 'settings', ...issue.path.split('.')], issue.message)
    const of = { provider, channel: channel.name, settings: objectOf(subscription.settings) }
    if (typeof subscription.name === 'string') subscriptionChannels.set(subscription.name, of)
    await checkSecret(subscription.secret, of, [...path, 'secret'])
  }
  for (const [index, call] of listOf(root.on).entries()) {
    checkProvider(objectOf(objectOf(call).call).provider, ['on', index, 'call', 'provider'])
    await checkSteps(objectOf(call).steps, ['on', index, 'steps'])
  }
  await checkSteps(root.steps, ['steps'])
  const paths = await pathProblems(source, root, { names, addresses, settingsOf })
  return { problems: [...problems.all(), ...paths], addresses }
}
