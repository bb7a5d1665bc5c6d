// What a user gives for a subscription, checked: event types, URL, secret.
import { EmulatorError } from '../core/errors.js'
import type { LoadedChannel } from '../provider/catalog.js'
import { findChannel, findType } from '../provider/catalog.js'
import type { Settings } from '../provider/channel.js'
import type { Playable } from '../provider/registry.js'
import { defaultUrlProblem, isPrivateHost, receiverUrl } from './targets.js'

/** The channel that event types belong to, and the types; an empty list, unknown names and types of two channels are refused. */
export function checkedTypes(
  playable: Playable,
  channelName: string | undefined,
  types: readonly string[] | undefined,
  settings: Settings,
): { channel: LoadedChannel; eventTypes: string[] } {
  if (types === undefined || types.includes('*'))
    return { channel: findChannel(playable, channelName), eventTypes: ['*'] }
  if (types.length === 0)
    throw new EmulatorError('eventTypes is empty: such a subscription would never get anything.', {
      code: 'invalid_input',
      hint: 'Name event types, or leave it out for all of them.',
      where: 'eventTypes',
    })
  const found = types.map(type => findType(playable, type, channelName, settings))
  const channel = found[0]?.channel ?? findChannel(playable, channelName)
  const stray = found.find(other => other.channel.name !== channel.name)
  if (stray)
    throw new EmulatorError(
      `${stray.eventType.name} belongs to channel ${stray.channel.name}, the others to ${channel.name}.`,
      { code: 'invalid_input', hint: 'Make one subscription for each channel.', where: 'eventTypes' },
    )
  return { channel, eventTypes: [...new Set(types)] }
}

/** The URL as given; throws `invalid_url` where the channel's rule, or the rule for public hosts, is against it. */
export function checkedUrl(text: string, channel: LoadedChannel, settings: Settings): string {
  const url = receiverUrl(text, 'url')
  const problem = channel.behaviour.urlProblem
    ? channel.behaviour.urlProblem(url, settings, isPrivateHost(url.hostname))
    : defaultUrlProblem(url)
  if (problem === undefined) return text
  throw new EmulatorError(`${text}: ${problem}`, {
    code: 'invalid_url',
    hint: 'Give another URL, or change the setting that demands https.',
    where: 'url',
  })
}

/** The secret as given; throws `invalid_secret` where the channel's rules are against it. */
export function checkedSecret(channel: LoadedChannel, secret: string | null, settings: Settings): string | null {
  const { secret: rules } = channel.behaviour
  if (secret === null) {
    if (rules.use !== 'required') return null
    throw new EmulatorError(`Subscriptions of channel ${channel.name} always have a secret.`, {
      code: 'invalid_secret',
      hint: 'Leave secret out to have one made.',
      where: 'secret',
    })
  }
  if (rules.use === 'none')
    throw new EmulatorError(`Channel ${channel.name} has no secret.`, {
      code: 'invalid_secret',
      hint: 'Leave secret out; credentials are settings here.',
      where: 'secret',
    })
  const problem = secret === '' ? 'it is empty' : rules.problem?.(secret, settings)
  if (problem === undefined) return secret
  throw new EmulatorError(`The secret cannot be used: ${problem}.`, {
    code: 'invalid_secret',
    hint: rules.use === 'given' ? 'Correct it, or leave it out.' : 'Leave secret out to have a valid one made.',
    where: 'secret',
  })
}
