// `standin load`: sends events at a rate that is fixed in advance, and prints what became of them and whether that is good enough.
import type { Arrivals } from '../../core/arrivals.js'
import { formatDuration } from '../../core/duration.js'
import { EmulatorError } from '../../core/errors.js'
import type { Json } from '../../core/json.js'
import { findProvider } from '../../provider/catalog.js'
import { defineCommand, EXIT, noteUseless } from '../command.js'
import { CERTIFICATES, checkWritable, tlsOptions, writeWhole } from '../files.js'
import { printLoad } from '../load-output.js'
import { providersOf } from '../providers.js'

export const command = defineCommand({
  usage: '<provider>',
  args: { min: 1, max: 1 },
  about: [
    'Send events to a running receiver at a rate that is fixed in advance: a slow receiver is charged for its queue.',
    'Events are stored and retried as by a server, with short waits; --no-ledger sends each once, for the highest rate.',
    'Exit codes: 0 passed, 1 a condition of --fail-if was met, an event was lost or an event had not exactly one effect, 2 not judged, 130 interrupted.',
  ],
  options: [
    'to',
    'rate',
    'ramp',
    'for',
    'types',
    'arrivals',
    'secret',
    'setting',
    'channel',
    'fail-if',
    'find-limit',
    'step',
    'observe',
    'settle',
    'no-ledger',
    'ledger',
    'durable',
    'timeout',
    'in-flight',
    'retry-wait',
    'drain',
    'seed',
    'start',
    'shard',
    'report',
    'provider-file',
    ...CERTIFICATES,
    'allow-target',
  ],
  own: {
    ledger: { kind: 'text', value: 'FILE', help: 'new SQLite file that the events are stored in; default: in memory' },
    start: {
      kind: 'instant',
      value: 'T',
      help: 'instant that the plan begins at, RFC 3339 or ms; one in the future is waited for; default: now',
    },
    timeout: { kind: 'duration', value: '30s', help: "longest wait for one response; default: the provider's" },
    settle: {
      kind: 'duration',
      value: '10s',
      help: 'how long the receiver may take to act after its last answer; default: 10 s without a new effect',
    },
  },
  defaults: { for: 60_000, step: 10_000, 'in-flight': 1000, 'retry-wait': 1000 },
  graceful: true,
  examples: ({ provider }) => [
    `load ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --rate 50/s --for 10s`,
    `load ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --ramp 10/s..500/s --for 60s --report html=load.html`,
    `load ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --rate 200/s --fail-if 'p99>500ms' --fail-if 'errors>1%'`,
    `load ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --find-limit --step 5s`,
    `load ${provider} --to http://127.0.0.1:3000/webhooks --secret test_key --rate 200/s --seed 7 --start 2026-01-15T09:00:00Z --shard 2/4 --report json=shard-2.json`,
  ],
  run: async ({ args: [provider = ''], options, given, print, signal }) => {
    const providers = await providersOf(options['provider-file'])
    findProvider(providers, provider)
    const { to } = options
    if (to === undefined)
      throw new EmulatorError('The URL of the receiver is missing.', {
        code: 'usage',
        where: 'standin load',
        hint: 'Give it with --to URL.',
      })
    if (options['no-ledger'] && options.ledger !== undefined)
      throw new EmulatorError('--no-ledger and --ledger exclude each other.', {
        code: 'usage',
        where: '--ledger',
        hint: 'Give one of them.',
      })
    const [{ loadReceiver }, { reporterOf }, { settingsFrom }] = await Promise.all([
      import('../../load/load-receiver.js'),
      import('../../load/reporters/index.js'),
      import('../settings.js'),
    ])
    for (const { file } of options.report) checkWritable(file, '--report')
    const reports = options.report.map(({ format, file }) => ({ file, write: reporterOf(format) }))
    const setting: Record<string, Json> = options.setting
    const settings = settingsFrom(setting)
    if (options['find-limit'])
      noteUseless({ given, print }, ['for'], 'with --find-limit: --step says how long each rate is tried')
    else noteUseless({ given, print }, ['step'], 'without --find-limit')
    if (options['no-ledger']) noteUseless({ given, print }, ['retry-wait', 'durable'], 'with --no-ledger')
    if (options.observe === undefined) noteUseless({ given, print }, ['settle'], 'without --observe')
    let isBare = options.secret === undefined && Object.keys(settings).length === 0
    // Said once something is sent: what is refused before is refused alone.
    const noteBare = () => {
      if (isBare)
        print.note('note: without --secret and --setting the requests carry neither a signature nor credentials')
      isBare = false
    }
    const report = await loadReceiver({
      provider,
      to,
      channel: options.channel,
      secret: options.secret,
      settings,
      rate: options.rate,
      ramp: options.ramp,
      forMs: options.for,
      types: options.types.flatMap(list => list.split(',')).map(type => type.trim()),
      // The table of options lets no other text through.
      arrivals: options.arrivals as Arrivals | undefined,
      failIf: options['fail-if'],
      findLimit: options['find-limit'],
      stepMs: options.step,
      observe: options.observe,
      settleMs: options.settle,
      ledger: options['no-ledger'] ? false : options.ledger,
      durable: options.durable,
      timeoutMs: options.timeout,
      inFlight: options['in-flight'],
      retryWaitMs: options['retry-wait'],
      drainMs: options.drain,
      seed: options.seed,
      start: options.start,
      shard: options.shard,
      providers,
      ...(options['allow-target'].length > 0 && { allowTargets: options['allow-target'] }),
      ...tlsOptions(options),
      signal,
      onProgress: ({ rate, p99, errors, sent, leftMs, step }) => {
        noteBare()
        const searched = step === undefined ? '' : `at ${Math.round(step * 10) / 10}/s: `
        const latency = p99 === undefined ? 'no answer yet' : `p99 ${Math.round(p99)} ms`
        const left = leftMs <= 0 ? 'waiting for answers' : `${formatDuration(Math.ceil(leftMs / 1000) * 1000)} left`
        print.progress(`${searched}${sent} sent, ${Math.round(rate)}/s, ${latency}, ${errors} errors, ${left}`)
      },
    })
    noteBare()
    const exitCode = signal.aborted ? EXIT.interrupted : report.verdict.exitCode
    try {
      for (const { file, write } of reports) writeWhole(file, write(report), '--report')
    } finally {
      // A full disk does not hide what a long run has found.
      await printLoad(print, report, exitCode)
    }
    return exitCode
  },
})
