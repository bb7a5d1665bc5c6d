// `standin trigger`: sends one event, to a URL without a server, or on a running server.

import type { Trigger } from '../../../api/trigger.js'
import { EmulatorError } from '../../../core/errors.js'
import type { Json } from '../../../core/json.js'
import { findProvider } from '../../../provider/catalog.js'
import { shellQuote } from '../../../report/request-text.js'
import { defineCommand, noteUseless } from '../../command.js'
import { CERTIFICATES, tlsOptions } from '../../files.js'
import { providersOf } from '../../providers.js'
import { settingsFrom, untilSuccessOf } from '../../settings.js'

/** Options that have no effect on a running server. */
const LOCAL_ONLY = [
  'secret',
  'setting',
  'seed',
  'start',
  'speed',
  'stamp',
  'print',
  'until-success',
  'max-attempts',
  'provider-file',
  ...CERTIFICATES,
] as const

/** Options that do not change the request that is printed. */
const SENDING_ONLY = ['speed', 'until-success', 'max-attempts', ...CERTIFICATES] as const

export const command = defineCommand({
  usage: '<provider> <event-type>',
  args: { min: 2, max: 2 },
  about: [
    "Send one event. With --to it goes to that URL, without a server and regardless of the provider's routing rules.",
    'Otherwise a running server sends it to its subscriptions, and the command waits for the deliveries to settle.',
    'Exit codes: 0 delivered, 1 not delivered, 2 no response to any attempt, or could not run.',
  ],
  options: [
    'to',
    'server',
    'token',
    'secret',
    'setting',
    'set',
    'unset',
    'subject',
    'variant',
    'channel',
    'account',
    'id',
    'seed',
    'start',
    'speed',
    'stamp',
    'print',
    'no-wait',
    'until-success',
    'max-attempts',
    ...CERTIFICATES,
    'provider-file',
  ],
  defaults: { speed: 1, 'max-attempts': 100 },
  graceful: true,
  examples: ({ provider, type }) => [
    `trigger ${provider} ${type} --to http://127.0.0.1:3000/webhooks --secret test_key`,
    `trigger ${provider} ${type} --to http://127.0.0.1:3000/webhooks --speed max --json`,
    `trigger ${provider} ${type} --to http://127.0.0.1:3000/webhooks --print curl`,
    `trigger ${provider} ${type} --server http://127.0.0.1:4010 --subject acme`,
  ],
  run: async ({ args: [provider = '', type = ''], options, given, print, signal }) => {
    if (given.has('to') && given.has('server'))
      throw new EmulatorError('--to and --server cannot be combined.', {
        code: 'usage',
        where: 'standin trigger',
        hint: 'Use --to URL to send without a server, or --server URL to trigger on a running one.',
      })
    const trigger: Trigger = {
      provider,
      type,
      channel: options.channel,
      variant: options.variant,
      // Left out when empty: with the same idempotency id the same input gets the first answer.
      ...(Object.keys(options.set).length === 0 ? {} : { set: options.set }),
      ...(options.unset.length === 0 ? {} : { unset: options.unset }),
      subject: options.subject,
      account: options.account,
      id: options.id,
    }
    if (options.to === undefined || given.has('server')) {
      if (options.print !== undefined)
        throw new EmulatorError('--print needs a receiver.', {
          code: 'usage',
          where: '--print',
          hint: 'Set its URL with --to URL.',
        })
      noteUseless({ given, print }, LOCAL_ONLY, 'on a running server')
      const { triggerOnServer } = await import('./trigger-on-server.js')
      return triggerOnServer({ ...options, trigger, wait: !options['no-wait'], print, signal }).catch(error => {
        throw inPayloadOptions(error, options, !given.has('server'))
      })
    }
    if (options['no-wait'])
      throw new EmulatorError('--no-wait and --to cannot be combined.', {
        code: 'usage',
        where: 'standin trigger',
        hint: 'Without a server nobody would send the request; omit --no-wait, or trigger on a server with --server URL.',
      })
    noteUseless({ given, print }, ['token'], 'without a server')
    if (options.print !== undefined) noteUseless({ given, print }, SENDING_ONLY, 'with --print: nothing is sent')
    else if (given.has('max-attempts') && !(options['until-success'] && options.speed === 'max'))
      print.note('note: --max-attempts has an effect only with --until-success and --speed max')
    const providers = await providersOf(options['provider-file'])
    findProvider(providers, provider)
    const { triggerLocally } = await import('./trigger-locally.js')
    const { speed } = options
    // With a given start the event must happen at exactly that time to get the same bytes; a running clock would be past it.
    const isManual = speed === 'max' || options.start !== undefined
    return triggerLocally({
      trigger,
      to: options.to,
      secret: options.secret,
      emulator: {
        providers,
        seed: options.seed,
        start: options.start,
        ...(isManual ? { clock: 'manual' } : { clock: 'system', speed }),
        stamp: options.stamp === 'clock' ? 'clock' : 'wall',
        untilSuccess: untilSuccessOf(options),
        settings: { [provider]: settingsFrom(options.setting) },
        ...tlsOptions(options),
      },
      speed: isManual && speed !== 'max' ? speed : undefined,
      form: options.print,
      print,
      signal,
    }).catch(error => {
      throw inPayloadOptions(error, options)
    })
  },
})

/** A mistake in what --set and --unset say has the option as its place, and says how the shell gives what it asks for. */
function inPayloadOptions(
  error: unknown,
  { set, unset }: { set: Readonly<Record<string, Json>>; unset: readonly string[] },
  mayLackReceiver = false,
): unknown {
  if (!(error instanceof EmulatorError)) return error
  const { code, message, issues, where = '', cause } = error
  const changed = (hint: string | undefined, place: string | undefined) =>
    new EmulatorError(message, { code, issues, cause, hint, where: place })
  if (code === 'unreachable' && mayLackReceiver && where === '--server')
    return changed(
      'Send without a server with --to URL, the URL of your receiver; or start one with standin serve, or set its address with --server URL.',
      where,
    )
  const path = Object.keys(set).find(one => one === where)
  if (path === undefined) return unset.includes(where) ? changed(error.hint, `--unset ${where}`) : error
  const value = set[path]
  const quoted = `${path}=${JSON.stringify(String(value))}`
  return message.includes('must be a string') && typeof value !== 'object' && typeof value !== 'string'
    ? changed(`Quote it for JSON and the shell: --set ${shellQuote(quoted)}.`, `--set ${path}`)
    : changed(error.hint, `--set ${path}`)
}
