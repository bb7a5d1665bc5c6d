// `standin trigger`: one event, to a URL without a server, or on a running server.

import type { Trigger } from '../../../api/trigger.js'
import { EmulatorError } from '../../../core/errors.js'
import { defineCommand } from '../../command.js'
import { readCertificates } from '../../files.js'
import { providerNamed, providersOf } from '../../providers.js'
import { settingsFrom, untilSuccessOf } from '../../settings.js'

/** Options that only the self-contained way has. */
const LOCAL_ONLY = [
  'secret',
  'setting',
  'seed',
  'start',
  'speed',
  'stamp',
  'print',
  'until-success',
  'ca',
  'insecure',
] as const

export const command = defineCommand({
  usage: '<provider> <event-type>',
  args: { min: 2, max: 2 },
  about: [
    'Triggers one event. With --to no server is needed: it goes to that URL, whatever the routing rules of the provider say.',
    'Else it goes to the subscriptions of a running server, and the command waits until its deliveries are settled.',
    'Exit code 0: delivered; 1: not; 2: no attempt was ever answered, or it could not be tried.',
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
    'ca',
    'insecure',
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
      throw new EmulatorError('--to and --server are two ways of doing it.', {
        code: 'usage',
        where: 'standin trigger',
        hint: 'Give --to URL to send without a server, or --server URL to trigger on a running one.',
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
        throw new EmulatorError('--print shows the request to one receiver, but none is given.', {
          code: 'usage',
          where: '--print',
          hint: 'Say where it would go with --to URL.',
        })
      for (const name of LOCAL_ONLY)
        if (given.has(name)) print.note(`note: --${name} has no effect on a running server`)
      const { triggerOnServer } = await import('./trigger-server.js')
      return triggerOnServer({ ...options, trigger, wait: !options['no-wait'], print, signal })
    }
    const providers = await providersOf(options['provider-file'])
    providerNamed(providers, provider)
    const { triggerLocally } = await import('./trigger-local.js')
    const { speed } = options
    // From a given start the event must happen at that very instant, for the same bytes; a clock that runs would be past it.
    const stands = speed === 'max' || options.start !== undefined
    return triggerLocally({
      trigger,
      to: options.to,
      secret: options.secret,
      emulator: {
        providers,
        seed: options.seed,
        start: options.start,
        ...(stands ? { clock: 'manual' } : { clock: 'system', speed }),
        stamp: options.stamp === 'clock' ? 'clock' : 'wall',
        untilSuccess: untilSuccessOf(options),
        settings: { [provider]: settingsFrom(options.setting) },
        ca: readCertificates(options.ca),
        insecure: options.insecure,
      },
      pace: stands && speed !== 'max' ? speed : undefined,
      form: options.print,
      print,
      signal,
    })
  },
})
