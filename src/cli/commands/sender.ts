// `standin sender`: sends the requests that servers hand over through Redis or Valkey, until it is stopped.
import { systemClock } from '../../clock/system.js'
import { environment } from '../../config.js'
import { EmulatorError } from '../../core/errors.js'
import { defineCommand, EXIT } from '../command.js'
import { CERTIFICATES, tlsOptions } from '../files.js'
import { counted } from '../print.js'

/** The process ends within this time after a stop, whatever it waits for, ms. */
const END_MS = 6000

/** Time for requests under way to end after a stop, ms. */
const GRACE_MS = 3500

const IN_FLIGHT = 5000

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Send the requests of servers that were started with the same --relay; any number of senders, on any machines, share them.',
    'Certificates, and which targets are allowed, are those of this machine; the rules of the server hold too.',
    'It needs the package @redis/client. SIGINT, SIGTERM or SIGHUP stops it with exit code 0: requests under way end (at most 5 s).',
    'A sender that is killed loses nothing: others send again what it had in hand, once the timeout of that is over.',
  ],
  options: ['relay', 'in-flight', ...CERTIFICATES, 'allow-target'],
  own: { 'in-flight': { kind: 'whole', value: 'N', least: 1, help: 'the most requests under way at a time' } },
  defaults: { 'in-flight': IN_FLIGHT },
  graceful: true,
  endsWithinMs: END_MS,
  examples: () => [
    'sender --relay redis://127.0.0.1:6379',
    'sender --relay rediss://redis.internal:6380/2 --in-flight 2000',
    'sender --relay redis://127.0.0.1:6379 --allow-target app.internal --ca ca.pem',
  ],
  run: async ({ options, print, signal }) => {
    const { relay, 'in-flight': inFlight } = options
    if (relay === undefined)
      throw new EmulatorError('A sender needs the Redis or Valkey that its servers use.', {
        code: 'usage',
        where: '--relay',
        hint: 'Give it with --relay redis://host:port, as to standin serve.',
      })
    const targets = options['allow-target']
    const tls = tlsOptions(options)
    const [
      { createTransport },
      { checkAllowedTargets },
      { checkClientCertificate },
      { relayAddress },
      { startRelaySender },
    ] = await Promise.all([
      import('../../delivery/transport.js'),
      import('../../delivery/targets.js'),
      import('../../delivery/transport-connect.js'),
      import('../../relay/redis.js'),
      import('../../relay/sender.js'),
    ])
    const allowTargets = targets.length > 0 ? targets : undefined
    checkAllowedTargets(allowTargets)
    await checkClientCertificate(tls)
    const clock = systemClock()
    const { shown } = relayAddress(relay)
    const sender = await startRelaySender({
      url: relay,
      password: environment('STANDIN_RELAY_PASSWORD'),
      clock,
      transport: createTransport({ clock, allowTargets, ...tls }),
      inFlight,
      report: (sentence, isGone) => print.note(isGone ? `${sentence} What is under way goes on.` : sentence),
    })
    print.line(
      `sending for the servers at ${print.paint('bold', shown)}, at most ${counted(inFlight, 'request')} at a time`,
    )
    print.record({ kind: 'sending', relay: shown, id: sender.id, pid: process.pid, inFlight })
    await new Promise<void>(resolve => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    print.note('stopping')
    await sender.stop(GRACE_MS)
    print.line(`sent ${counted(sender.sent(), 'request')}`)
    print.record({ kind: 'summary', sent: sender.sent(), exitCode: EXIT.success })
    return EXIT.success
  },
})
