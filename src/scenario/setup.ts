// Before the first step: checks that the host can run a scenario, then sets provider-wide settings and makes the subscriptions.
import type { RunResult } from '../api/run.js'
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import type { Subscription } from '../core/subscription.js'
import { checkedTypes } from '../emulator/subscription-input.js'
import type { SubscriptionInput } from '../provider/port.js'
import type { Bindings } from './bindings.js'
import type { Host } from './host.js'
import { FIELD_WORDS, type RunWords } from './run-words.js'
import type { Scenario, Step } from './scenario.js'
import type { SubscriptionDefinition } from './schema.js'

/** Throws unless the default receiver, where given, is an http address. */
export function checkReceiver(to: string | undefined, words: RunWords): void {
  if (to === undefined || /^https?:$/.test(URL.canParse(to) ? new URL(to).protocol : '')) return
  throw new EmulatorError(`"${to}" is not the URL of a receiver.`, {
    code: 'invalid_url',
    hint: 'Give it as http://host:port/path.',
    where: words.to,
  })
}

/** Throws when the host lacks what the steps need: a manual clock for `advance`, served provider APIs for `on`. */
export function checkHost(scenario: Scenario, { emulator, api }: Host, words: RunWords): void {
  if (scenario.on.length > 0 && api.watchCalls === undefined)
    throw new EmulatorError(
      'The scenario waits for calls of the receiver ("on"), but no provider API is served here.',
      {
        code: 'not_allowed',
        hint: 'Run it on a server, or with one that serves the provider.',
        where: scenario.file,
      },
    )
  if (emulator.clock.kind === 'manual') return
  const advance = everyStep([...scenario.steps, ...scenario.on.flatMap(one => one.steps)]).find(
    step => step.verb === 'advance',
  )
  if (advance !== undefined)
    throw new EmulatorError('"advance" needs a manual clock, and this clock runs by itself.', {
      code: 'conflict',
      hint: `${words.manualClock}, or write "wait" instead.`,
      where: `${scenario.file}:${advance.line}:${advance.column}`,
    })
}

/** Steps with those inside them. */
function everyStep(steps: readonly Step[]): Step[] {
  return steps.flatMap(step => [
    step,
    ...(step.verb === 'parallel'
      ? everyStep(step.branches.flat())
      : step.verb === 'repeat'
        ? everyStep(step.steps)
        : []),
  ])
}

/** The subscriptions of a run: by name, the ids of the implied ones by `provider/channel`, and all. */
export interface RunSubscriptions {
  named: Map<string, Subscription>
  implied: Map<string, string>
  all: Subscription[]
  /** Those whose secret nobody gave. */
  madeUp: RunResult['generatedSecrets']
}

/** Does what a part of the file asks for; an EmulatorError gets the part's place in the file. */
async function withPlace<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error
    const { message, code, hint, issues } = error
    const inside = error.where === undefined ? '' : `.${error.where}`
    throw new EmulatorError(message, { code, hint, issues, where: `${where}${inside}`, cause: error })
  }
}

/** Whether the channel of a subscription has a secret at all. */
async function takesSecret(
  emulator: Host['emulator'],
  provider: string,
  { channel, eventTypes }: SubscriptionInput,
): Promise<boolean> {
  const loaded = await emulator.load(provider)
  return (
    checkedTypes(loaded, channel, eventTypes, await emulator.settings(provider)).channel.behaviour.secret.use !== 'none'
  )
}

/** Sets provider-wide settings and makes the subscriptions, which are added to `subscriptions` one by one. */
export async function setUp(
  scenario: Scenario,
  { emulator }: Host,
  bindings: Bindings,
  options: {
    to?: string | undefined
    secret?: string | undefined
    existingSubscriptions?: boolean | undefined
    words?: RunWords | undefined
  },
  subscriptions: RunSubscriptions,
): Promise<void> {
  const { providers = {}, subscriptions: definitions } = scenario.definition
  for (const [provider, settings] of Object.entries(providers)) {
    const resolved = bindings.resolve(settings as Json, `providers.${provider}`)
    if (isJsonObject(resolved))
      await withPlace(`${scenario.file} providers.${provider}`, () => emulator.changeSettings(provider, resolved))
  }
  const urlOf = (given: string | undefined, where: string): string => {
    const url = given ?? options.to
    if (url !== undefined) return url
    throw new EmulatorError('A subscription has no URL and there is no default receiver.', {
      code: 'invalid_input',
      hint: `Give the receiver (${(options.words ?? FIELD_WORDS).to}), or a "url" in the scenario's subscription.`,
      where: `${scenario.file} ${where}`,
    })
  }
  const { secret, words = FIELD_WORDS } = options
  const subscribe = async (provider: string, input: SubscriptionInput): Promise<Subscription> => {
    const isOurs = input.secret === undefined && secret !== undefined && (await takesSecret(emulator, provider, input))
    const made = await emulator.subscribe(provider, isOurs ? { ...input, secret } : input).catch(error => {
      if (!isOurs || !(error instanceof EmulatorError) || error.where !== 'secret') throw error
      throw new EmulatorError(`${provider}: ${error.message}`, {
        code: error.code,
        hint: error.hint,
        where: words.secret,
        cause: error,
      })
    })
    if (input.secret === undefined && !isOurs && made.secret !== null) {
      const { id, channel, url, secret } = made
      subscriptions.madeUp.push({ subscription: id, provider, channel, url, secret })
    }
    return made
  }
  if (definitions === undefined) {
    if (options.existingSubscriptions && options.to === undefined) return
    for (const { provider, channel } of scenario.channels) {
      const url = urlOf(undefined, 'subscriptions')
      const made = await subscribe(provider, { channel, url, eventTypes: ['*'] })
      subscriptions.implied.set(`${provider}/${channel}`, made.id)
      subscriptions.all.push(made)
    }
    return
  }
  const resolved = definitions.map((given, i) => {
    const where = `subscriptions[${i}]`
    const one = bindings.resolve(given as unknown as JsonObject, where) as unknown as SubscriptionDefinition
    return { ...one, url: urlOf(one.url, where) }
  })
  for (const [i, { name, provider, ...input }] of resolved.entries()) {
    const made = await withPlace(`${scenario.file} subscriptions[${i}]`, () => subscribe(provider, input))
    if (name !== undefined) subscriptions.named.set(name, made)
    subscriptions.all.push(made)
  }
}
