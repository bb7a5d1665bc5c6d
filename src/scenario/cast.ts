// Before the first step: checks that a scenario can be played here, then sets provider-wide settings and subscribes.
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import type { Subscription } from '../core/subscription.js'
import type { SubscriptionDefinition } from './schema.js'
import type { Scope } from './scope.js'
import type { Stage } from './stage.js'
import type { Scenario, Step } from './step.js'

/** Throws unless the default receiver, where given, is an http address. */
export function checkReceiver(to: string | undefined): void {
  if (to === undefined || /^https?:$/.test(URL.canParse(to) ? new URL(to).protocol : '')) return
  throw new EmulatorError(`"${to}" is not the URL of a receiver.`, {
    code: 'invalid_url',
    hint: 'Give it as http://host:port/path.',
    where: '--to',
  })
}

/** Throws when the stage cannot do what the steps need: move its clock, hear the receiver's calls. */
export function checkClock(scenario: Scenario, stage: Stage): void {
  if (scenario.on.length > 0 && stage.watchCalls === undefined)
    throw new EmulatorError(
      'The scenario waits for calls of the receiver ("on"), but no provider API is served here.',
      {
        code: 'not_allowed',
        hint: 'Play it on a running server, or with one that serves the provider.',
        where: scenario.file,
      },
    )
  if (stage.clock.kind === 'manual') return
  const advance = everyStep([...scenario.steps, ...scenario.on.flatMap(one => one.steps)]).find(
    step => step.verb === 'advance',
  )
  if (advance !== undefined)
    throw new EmulatorError('"advance" moves a manual clock, and this clock runs by itself.', {
      code: 'conflict',
      hint: 'Play it with --speed max, or write "wait" instead.',
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

/** The subscriptions of a run: by name, those made unasked by `provider/channel`, and all. */
export interface Cast {
  named: Map<string, Subscription>
  implied: Map<string, string>
  all: Subscription[]
}

/** Does what a part of the file asks for; a mistake in it is told with its place in the file. */
async function placed<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error
    const { message, code, hint, issues } = error
    const inside = error.where === undefined ? '' : `.${error.where}`
    throw new EmulatorError(message, { code, hint, issues, where: `${where}${inside}`, cause: error })
  }
}

/** Provider-wide settings and subscriptions, before the first step. */
export async function setStage(
  scenario: Scenario,
  stage: Stage,
  scope: Scope,
  options: { to?: string | undefined; existingSubscriptions?: boolean | undefined },
  cast: Cast,
): Promise<void> {
  const { providers = {}, subscriptions } = scenario.definition
  for (const [provider, settings] of Object.entries(providers)) {
    const resolved = scope.resolve(settings as Json, `providers.${provider}`)
    if (isJsonObject(resolved))
      await placed(`${scenario.file} providers.${provider}`, () => stage.changeSettings(provider, resolved))
  }
  const urlOf = (given: string | undefined, where: string): string => {
    const url = given ?? options.to
    if (url !== undefined) return url
    throw new EmulatorError('No receiver: a subscription has no URL.', {
      code: 'invalid_input',
      hint: 'Give the receiver with --to, or a "url" in the scenario\'s subscription.',
      where: `${scenario.file} ${where}`,
    })
  }
  if (subscriptions === undefined) {
    if (options.existingSubscriptions && options.to === undefined) return
    for (const { provider, channel } of scenario.channels) {
      const made = await stage.subscribe(provider, {
        channel,
        url: urlOf(undefined, 'subscriptions'),
        eventTypes: ['*'],
      })
      cast.implied.set(`${provider}/${channel}`, made.id)
      cast.all.push(made)
    }
    return
  }
  const planned = subscriptions.map((given, i) => {
    const where = `subscriptions[${i}]`
    const resolved = scope.resolve(given as unknown as JsonObject, where) as unknown as SubscriptionDefinition
    return { ...resolved, url: urlOf(resolved.url, where) }
  })
  for (const [i, { name, provider, ...input }] of planned.entries()) {
    const made = await placed(`${scenario.file} subscriptions[${i}]`, () => stage.subscribe(provider, input))
    if (name !== undefined) cast.named.set(name, made)
    cast.all.push(made)
  }
}
