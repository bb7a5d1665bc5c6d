// What a user gives for a subscription, checked: event types, URL, secret.
import ipaddr from 'ipaddr.js'
import { EmulatorError } from '../core/errors.js'
import { targetCheck } from '../delivery/targets.js'
import { destinationOf } from '../delivery/transport.js'
import { inProcessHandlers } from '../delivery/transport-in-process.js'
import { findChannel, findType, type LoadedChannel, type LoadedProvider } from '../provider/catalog.js'
import type { Settings } from '../provider/channel.js'
import { httpsProblem } from '../provider/https-rule.js'
import type { EmulatorOptions } from './contract.js'

/** The channel that event types belong to, and the types. Throws `invalid_input` for an empty list and types of two channels, and `unknown_name`. */
export function checkedTypes(
  loaded: LoadedProvider,
  channelName: string | undefined,
  types: readonly string[] | undefined,
  settings: Settings,
): { channel: LoadedChannel; eventTypes: string[] } {
  if (types === undefined || types.includes('*'))
    return { channel: findChannel(loaded, channelName), eventTypes: ['*'] }
  const all = loaded.channels.find(
    ({ name, wildcard }) => name === (channelName ?? name) && wildcard && types.includes(wildcard.name),
  )
  if (all) return { channel: all, eventTypes: ['*'] }
  if (types.length === 0)
    throw new EmulatorError('eventTypes is empty: such a subscription would never get anything.', {
      code: 'invalid_input',
      hint: 'Name event types, or leave it out for all of them.',
      where: 'eventTypes',
    })
  const found = types.map(type => findType(loaded, type, channelName, settings, 'eventTypes'))
  const channel = found[0]?.channel ?? findChannel(loaded, channelName)
  const foreign = found.find(other => other.channel.name !== channel.name)
  if (foreign)
    throw new EmulatorError(
      `${foreign.eventType.name} belongs to channel ${foreign.channel.name}, the others to ${channel.name}.`,
      { code: 'invalid_input', hint: 'Make one subscription for each channel.', where: 'eventTypes' },
    )
  return { channel, eventTypes: [...new Set(types)] }
}

const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|test|home\.arpa|lan|docker)$/

/** A host without the brackets of an address and the dot at the end of a full name. */
const bareHost = (hostname: string) => hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase()

/** The range of an address, such as `private` or `linkLocal`; undefined for a name. */
const rangeOf = (hostname: string) => {
  const host = bareHost(hostname)
  return ipaddr.isValid(host) ? ipaddr.process(host).range() : undefined
}

/** True for loopback and private addresses and for names that only a local network knows. */
function isPrivateHost(hostname: string): boolean {
  const host = bareHost(hostname)
  const range = rangeOf(hostname)
  if (range !== undefined) {
    return range === 'loopback' || range === 'private' || range === 'uniqueLocal' || range === 'carrierGradeNat'
  }
  return !host.includes('.') || PRIVATE_NAMES.test(host)
}

/** The URL of a receiver, parsed; throws `invalid_url` saying what is wrong with it. `where` names the field or option. */
function receiverUrl(text: string, where: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch (cause) {
    throw new EmulatorError(`"${text}" is not a URL.`, {
      code: 'invalid_url',
      hint: 'Write it whole, e.g. http://127.0.0.1:3000/webhooks.',
      where,
      cause,
    })
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new EmulatorError(`"${text}" is neither http nor https.`, {
      code: 'invalid_url',
      hint: 'Receivers are reached by http:// or https://.',
      where,
    })
  if (url.username !== '' || url.password !== '')
    throw new EmulatorError('A receiver URL must not hold a user name or password.', {
      code: 'invalid_url',
      hint: "Use the provider's own credentials settings.",
      where,
    })
  return url
}

/** The URL as given; throws `invalid_url` where the channel's rule, or the rule for public hosts, is against it. */
export function checkedUrl(text: string, channel: LoadedChannel, settings: Settings): string {
  const url = receiverUrl(text, 'url')
  const problem = channel.behaviour.urlProblem
    ? channel.behaviour.urlProblem(url, settings, isPrivateHost(url.hostname))
    : httpsProblem(url, isPrivateHost(url.hostname))
  if (problem === undefined) return text
  if (rangeOf(url.hostname) === 'linkLocal')
    throw new EmulatorError(`${text}: ${url.hostname} is a link-local address, and nothing is ever sent there.`, {
      code: 'invalid_url',
      hint: 'Clouds serve credentials at such addresses. Give the address of your receiver.',
      where: 'url',
    })
  throw new EmulatorError(`${text}: ${problem}`, { code: 'invalid_url', hint: hintFor(settings), where: 'url' })
}

/**
 * A check of where a subscription may lead, as far as that is known before a name is resolved. It throws `not_allowed` for a host that is
 * not on the list of allowed targets, and `invalid_url` for an address that nothing is ever sent to.
 */
export function createTargetCheck({
  allowTargets,
  inProcess,
}: Pick<EmulatorOptions, 'allowTargets' | 'inProcess'>): (url: string) => void {
  const problemOf = targetCheck(allowTargets)
  const handlerFor = inProcessHandlers(inProcess)
  return url => {
    const to = handlerFor(url) === undefined ? destinationOf(url) : undefined
    const problem = to && problemOf(to)
    if (problem === undefined) return
    const { kind, message, hint } = problem
    if (kind === 'list') throw new EmulatorError(`${message}.`, { code: 'not_allowed', hint, where: 'url' })
    throw new EmulatorError(`${message}, and nothing is ever sent there.`, { code: 'invalid_url', hint, where: 'url' })
  }
}

/** What to do about a URL that needs https. */
function hintFor(settings: Settings): string {
  if ('strictHttps' in settings && settings.strictHttps === true)
    return 'Begin the URL with https://, or set strictHttps to false.'
  return 'Begin the URL with https://, or reach the receiver at a loopback or private address.'
}

/** The secret as given; throws `invalid_secret` where the channel's rules are against it. */
export function checkedSecret(channel: LoadedChannel, secret: string | null, settings: Settings): string | null {
  const { secret: rules } = channel.behaviour
  if (secret === null) {
    if (rules.use !== 'required') return null
    throw new EmulatorError(`Subscriptions of channel ${channel.name} always have a secret.`, {
      code: 'invalid_secret',
      hint: 'Leave secret out to have one generated.',
      where: 'secret',
    })
  }
  if (rules.use === 'none')
    throw new EmulatorError(`Channel ${channel.name} has no secret.`, {
      code: 'invalid_secret',
      hint: 'Leave secret out; credentials are settings of the subscription.',
      where: 'secret',
    })
  const problem = secret === '' ? 'it is empty' : rules.problem?.(secret, settings)
  if (problem === undefined) return secret
  throw new EmulatorError(`The secret cannot be used: ${problem}.`, {
    code: 'invalid_secret',
    hint: rules.use === 'given' ? 'Correct it, or leave it out.' : 'Leave secret out to have a valid one generated.',
    where: 'secret',
  })
}
