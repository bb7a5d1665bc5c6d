// The commands that are one call of a running server's control API: a table of what each asks and prints.
import type { DeliveryDetail } from '../../../api/delivery.js'
import { createClient } from '../../../client/client.js'
import { unknownName } from '../../../core/errors.js'
import { EXPECTED_OUTCOMES } from '../../../core/expectation.js'
import { attemptText, serverAttempt, stateAfter } from '../../attempt-output.js'
import { type Command, defineCommand, EXIT } from '../../command.js'
import { type Print, plain } from '../../print.js'
import { settingsFrom } from '../../settings.js'
import { act, CLOCK_ACTIONS, FAULT_ACTIONS, lookedUp, printRemoved } from './actions.js'

function printEvidence(print: Print, delivery: DeliveryDetail): void {
  const { id, provider, type, status, url, attempts } = delivery
  print.line(plain(`  ${id} ${provider}/${type} ${status}, to ${url ?? 'a subscription that was removed'}`))
  attempts.forEach((attempt, i) => {
    const after = { ...delivery, ...stateAfter(delivery, i) }
    print.line(`    ${attemptText(print, serverAttempt(attempt.startedAt, after, attempt))}`)
  })
}

const ON_SERVER = ['server', 'token'] as const

/** The commands by name. */
export const controlCommands = {
  subscribe: defineCommand({
    usage: '<provider> <url>',
    args: { min: 2, max: 2 },
    about: [
      'Make a subscription on a running server; serve --to makes one when the server starts.',
      'Prints the secret if one was made: it is shown this once.',
    ],
    options: [...ON_SERVER, 'channel', 'type', 'secret', 'setting', 'account', 'id'],
    own: {
      type: { kind: 'list', value: 'T', help: 'event type it gets; default: all (repeatable)' },
      setting: { kind: 'pairs', value: 'PATH=JSON', help: "the provider's setting of the subscription (repeatable)" },
      account: { kind: 'text', value: 'A', help: 'account at the provider that owns it' },
      id: { kind: 'text', value: 'ID', help: 'its id; default: one is made' },
    },
    examples: ({ provider, type }) => [
      `subscribe ${provider} http://127.0.0.1:3000/webhooks --secret test_key`,
      `subscribe ${provider} http://127.0.0.1:3000/webhooks --type ${type} --json`,
    ],
    run: async ({ args: [provider = '', url = ''], options, print }) => {
      const { channel, type, secret, setting, account, id } = options
      const settings = settingsFrom(setting)
      const made = await createClient(options).subscribe({
        provider,
        url,
        channel,
        secret,
        account,
        id,
        ...(type.length === 0 ? {} : { eventTypes: type }),
        ...(Object.keys(settings).length === 0 ? {} : { settings }),
      })
      print.line(plain(`${made.id}  ${made.provider}/${made.channel}  ${made.eventTypes.join(' ')}  ${made.url}`))
      if (secret === undefined && made.secret !== null)
        print.note(`secret ${made.secret} (generated; set your own with --secret)`)
      print.record({ kind: 'subscription', ...made })
      return EXIT.success
    },
  }),
  unsubscribe: defineCommand({
    usage: '<subscription-id>…',
    args: { min: 1, max: Number.POSITIVE_INFINITY },
    about: ['Remove subscriptions of a running server; the deliveries they are still owed are cancelled.'],
    options: ON_SERVER,
    examples: () => ['unsubscribe sub_1', 'unsubscribe sub_1 sub_2 --json'],
    run: async ({ args, options, print }) => {
      const client = createClient(options)
      for (const id of await lookedUp(args, client.subscription)) {
        await client.unsubscribe(id)
        printRemoved(print, id)
      }
      return EXIT.success
    },
  }),
  fault: defineCommand({
    usage: 'add|list|remove|clear [kind or fault-id] [name=value]…',
    args: { min: 1, max: Number.POSITIVE_INFINITY },
    about: [
      'Add, list or remove faults of a running server: deliberate misbehaviour of the sender. docs/faults.md has every kind with its fields.',
      'A field is a word name=value: add delay by=90s next=1; lists are written with commas.',
    ],
    options: ON_SERVER,
    examples: ({ type }) => [
      'fault add duplicate copies=2 next=1',
      `fault add drop as=reset type=${type} attempts=1,2`,
      'fault list',
      'fault remove fl_1',
      'fault clear',
    ],
    run: ({ args, options, print }) => act(FAULT_ACTIONS, 'fault', args, createClient(options), print),
  }),
  clock: defineCommand({
    usage: '[show|advance|drain] [duration]',
    args: { min: 0, max: 2 },
    about: [
      'Show the time of a running server; with a manual clock (serve --clock manual) move it. It stops at everything that is due on the way.',
      'advance moves exactly this far. drain moves to the last thing due, at most this far.',
    ],
    options: ON_SERVER,
    examples: () => ['clock', 'clock advance 2h', 'clock drain', 'clock drain 3d --json'],
    run: ({ args, options, print }) =>
      act(CLOCK_ACTIONS, 'clock', args.length === 0 ? ['show'] : args, createClient(options), print),
  }),
  reset: defineCommand({
    usage: '',
    args: { min: 0, max: 0 },
    about: [
      'Delete everything on a running server but its seed: subscriptions, events, deliveries, faults, runs.',
      'With a space in --server only what is in the space.',
    ],
    options: ON_SERVER,
    examples: () => ['reset', 'reset --server http://127.0.0.1:4010/spaces/worker-3'],
    run: async ({ options, print }) => {
      const client = createClient(options)
      await client.reset()
      print.line(`reset: ${client.server}`)
      print.record({ kind: 'reset', server: client.server })
      return EXIT.success
    },
  }),
  cancel: defineCommand({
    usage: '<delivery-id>…',
    args: { min: 1, max: Number.POSITIVE_INFINITY },
    about: ['Cancel deliveries of a running server: no more attempts are made.'],
    options: ON_SERVER,
    examples: () => ['cancel dl_1', 'cancel dl_1 dl_2 --json'],
    run: async ({ args, options, print }) => {
      const client = createClient(options)
      for (const id of await lookedUp(args, client.delivery)) {
        const delivery = await client.cancel(id)
        print.line(plain(`${delivery.id} ${delivery.status}`))
        print.record({ kind: 'delivery', ...delivery })
      }
      return EXIT.success
    },
  }),
  expect: defineCommand({
    usage: `<${EXPECTED_OUTCOMES.join('|')}>`,
    args: { min: 1, max: 1 },
    about: [
      'Wait on a running server for an outcome, for at most --timeout; the options say of which deliveries.',
      'With --never-within it passes when the outcome does not come.',
      'Exit codes: 0 the outcome came, 1 it did not, 2 could not run.',
    ],
    options: [
      ...ON_SERVER,
      'provider',
      'type',
      'event',
      'subject',
      'subscription',
      'url',
      'where',
      'within',
      'never-within',
      'attempts',
      'status',
      'timeout',
    ],
    own: {
      provider: { kind: 'text', value: 'P', help: 'only this provider' },
      subject: { kind: 'text', value: 'ID', help: 'only events of this subject' },
      status: { kind: 'whole', value: 'N', help: 'status of the last response' },
    },
    defaults: { timeout: 10_000 },
    examples: ({ provider, type }) => [
      'expect delivered',
      `expect delivered --provider ${provider} --type ${type} --within 1m --timeout 30s`,
      'expect rejected --status 500 --attempts 1',
      'expect exhausted --never-within 1h --json',
    ],
    run: async ({ args: [outcome = ''], options, print, signal }) => {
      const expected = EXPECTED_OUTCOMES.find(one => one === outcome)
      if (expected === undefined) throw unknownName('outcome', outcome, EXPECTED_OUTCOMES, { where: 'standin expect' })
      const { provider, type, event, subject, subscription, url, where, within, attempts, status, timeout } = options
      const result = await createClient(options).expect({
        outcome: expected,
        provider,
        type,
        event,
        subject,
        subscription,
        url,
        ...(Object.keys(where).length === 0 ? {} : { where }),
        within,
        neverWithin: options['never-within'],
        attempts,
        status,
        timeout,
      })
      if (signal.aborted) return EXIT.interrupted
      const { met, seen, evidence } = result
      print.line(`${print.paint(met ? 'green' : 'red', met ? 'met' : 'not met')}: ${plain(seen)}`)
      for (const delivery of evidence) printEvidence(print, delivery)
      print.record({ kind: 'expectation', met, seen, evidence })
      return met ? EXIT.success : EXIT.failed
    },
  }),
} satisfies Readonly<Record<string, Command>>
