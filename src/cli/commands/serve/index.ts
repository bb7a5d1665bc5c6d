// `standin serve`: runs the emulator with its control API and the providers' APIs, until it is stopped.
import { createServer } from 'node:net'
import { environmentVariables, type OptionName, type OptionValues, randomToken } from '../../../config.js'
import { EmulatorError } from '../../../core/errors.js'
import type { Journal } from '../../../core/journal.js'
import { findProvider } from '../../../provider/catalog.js'
import type { Provider } from '../../../provider/provider.js'
import { VERSION } from '../../../version.js'
import { defineCommand, EXIT, noteUseless } from '../../command.js'
import type { Wanted } from '../../config-keys.js'
import { CERTIFICATES, removeFile, tlsOptions, writeWhole } from '../../files.js'
import { providersOf } from '../../providers.js'
import { settingsByProvider } from '../../settings.js'
import { announce, noteMigration } from './announce.js'
import { storageFailures } from './storage-failures.js'

/** The process ends within this time after a stop, whatever it waits for, ms. */
const END_MS = 5000

/** Time for attempts in flight to end after a stop, ms; the rest is for recording those it interrupts and closing the ledger. */
const GRACE_MS = 3500

/** Time for requests under way, such as waits, to be answered after a stop, ms. */
const ANSWER_MS = 500

/** Allowed receivers by default, for a server that is not on loopback. */
const THIS_MACHINE = ['127.0.0.1', 'localhost', '::1']

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127\./.test(host)

/** Throws `port_in_use` if the port is in use; any other error will show when the server listens. */
async function checkFree(host: string, port: number): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (cause: NodeJS.ErrnoException) =>
      cause.code === 'EADDRINUSE'
        ? reject(
            new EmulatorError(`Port ${port} on ${host} is in use.`, {
              code: 'port_in_use',
              where: '--port',
              hint: 'Stop the process that uses it, or choose another port: --port 0 picks a free one.',
              cause,
            }),
          )
        : resolve(),
    )
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

/** A provider file may throw later, where nobody catches it: that is reported, and the server goes on. */
function survive(report: (error: unknown) => void): void {
  process.on('uncaughtException', report)
  process.on('unhandledRejection', report)
}

/** The subscriptions asked for; most servers start without any. */
async function wantedOf(
  options: OptionValues<'provider' | 'channel'> & { to: string[]; secret: string[] },
  given: ReadonlySet<OptionName>,
  providers: readonly Provider[],
  ofFile: readonly Wanted[] = [],
): Promise<readonly Wanted[]> {
  if (options.to.length === 0 && !given.has('secret') && !given.has('channel')) return ofFile
  const wanted = (await import('./wanted.js')).wantedByOptions({ ...options, given }, providers)
  return wanted.length === 0 ? ofFile : wanted
}

/** The scenarios folder. Throws `invalid_file` where there is none. */
async function scenariosIn(path: string | undefined) {
  if (path === undefined) return undefined
  const { scenarioFolder } = await import('../../../scenario/folder.js')
  return { folder: await scenarioFolder(path), env: environmentVariables() }
}

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    'Start the emulator: a page that shows and does everything at /, the control API under /_standin, the API of each provider under its name.',
    'With --to it subscribes your receiver first; on a kept ledger it finds the subscription again, and changes its URL and secret where they differ.',
    'Beyond loopback (--host) the control API requires a token, which the page asks for; one is generated if none is given. Targets must be allowed.',
    'SIGINT, SIGTERM or SIGHUP stops it with exit code 0: attempts in flight end (at most 5 s), other deliveries stay in the ledger. A second one ends it at once.',
  ],
  options: [
    'port',
    'host',
    'ledger',
    'durable',
    'seed',
    'clock',
    'speed',
    'start',
    'stamp',
    'until-success',
    'to',
    'provider',
    'channel',
    'secret',
    'setting',
    'provider-file',
    'ready-file',
    ...CERTIFICATES,
    'token',
    'guard-providers',
    'allow-target',
    'allow-host',
    'space-idle',
    'relay',
    'scenarios',
    'open',
  ],
  own: {
    to: {
      kind: 'list',
      multiline: true,
      value: '[P=]URL',
      help: 'subscribe this receiver; with its provider in front (P=URL or P/CHANNEL=URL) repeatable',
    },
    provider: { kind: 'text', value: 'P', help: 'provider of --to; its API is served at the root too' },
    secret: {
      kind: 'list',
      multiline: true,
      value: '[P=]S',
      help: 'signing secret of --to; STANDIN_SECRET keeps it out of the process list',
    },
    setting: {
      kind: 'pairs',
      value: 'P.PATH=JSON',
      help: 'setting of a provider; of the one of --to without its name (repeatable)',
    },
  },
  defaults: { port: 4010, host: '127.0.0.1', ledger: 'standin.db', clock: 'system', speed: 1, stamp: 'wall' },
  graceful: true,
  endsWithinMs: END_MS,
  examples: ({ provider }) => [
    'serve',
    `serve --to http://127.0.0.1:3000/webhooks --provider ${provider} --secret test_key`,
    'serve --open',
    'serve --port 0 --ledger :memory: --ready-file standin.json',
    'serve --clock manual --seed 7',
    'serve --scenarios scenarios',
    `serve --provider ${provider}`,
    'serve --relay redis://127.0.0.1:6379',
    'serve --host 0.0.0.0 --guard-providers --allow-target app.internal --allow-host standin.internal',
  ],
  run: async ({ options, given, config, print, signal }) => {
    const { host, port, speed } = options
    if (options.clock === 'manual' && (given.has('speed') || speed !== 1))
      throw new EmulatorError(
        '--clock manual and --speed cannot be combined: a manual clock stands until it is moved.',
        {
          code: 'usage',
          where: 'standin serve',
          hint: 'Omit one of them.',
        },
      )
    if (speed === 'max')
      throw new EmulatorError('serve does not support --speed max.', {
        code: 'usage',
        where: '--speed',
        hint: 'Use --clock manual and move the clock with standin clock drain, or use a number.',
      })
    if (options.ledger === ':memory:') noteUseless({ given, print }, ['durable'], 'on a ledger in memory')
    let journal: Journal | undefined
    survive(error => {
      const message = error instanceof Error ? error.message : String(error)
      journal?.record({ kind: 'internal-error', doing: 'running something that nothing waits for', message })
      print.error(error)
    })
    const providers = await providersOf(options['provider-file'])
    if (options.provider !== undefined) findProvider(providers, options.provider)
    const wanted = await wantedOf(options, given, providers, config?.subscriptions)
    const settings = settingsByProvider(options.setting, providers, wanted)
    const tls = tlsOptions(options)
    if (options.relay !== undefined)
      noteUseless({ given, print }, CERTIFICATES, 'with --relay; give it to standin sender')
    const scenarios = await scenariosIn(options.scenarios)
    const open = !isLoopback(host)
    const guardProviders = options['guard-providers']
    const token = options.token ?? (open || guardProviders ? randomToken() : undefined)
    const targets = options['allow-target']
    const allowTargets = targets.length > 0 ? targets : open ? THIS_MACHINE : undefined
    const [{ createEmulator }, { createSpaces }, { createApp }, { listen }, { builtPage }] = await Promise.all([
      import('../../../emulator/index.js'),
      import('../../../emulator/spaces.js'),
      import('../../../http/app.js'),
      import('../../../http/listen.js'),
      import('../../../http/page.js'),
    ])
    const base = {
      providers,
      settings,
      speed,
      start: options.start,
      stamp: options.stamp === 'clock' ? 'clock' : 'wall',
      untilSuccess: options['until-success'],
      allowTargets,
      ...tls,
    } as const
    // Checked before the ledger is opened, so that a port in use leaves no file and resumes no deliveries.
    if (port !== 0) await checkFree(host, port)
    const relay =
      options.relay === undefined ? undefined : await (await import('./relay.js')).relayAt(options.relay, print)
    const shared = { ...base, relay }
    const root = await createEmulator({
      ...shared,
      ledger: options.ledger,
      durable: options.durable,
      onMigration: bytes => noteMigration(options.ledger, bytes, print),
      seed: options.seed,
      clock: options.clock === 'manual' ? 'manual' : 'system',
    }).catch(async error => {
      await relay?.close()
      throw error
    })
    journal = root.journal
    journal.listen(storageFailures(print))
    const spaces = createSpaces({
      root,
      make: own => createEmulator({ ...shared, ...own }),
      startedWith: (({ ca, cert, key, pfx, insecure }) => ({ ca, cert, key, pfx, insecure, allowTargets }))(options),
      idleMs: options['space-idle'],
    })
    try {
      if (wanted.length > 0) await (await import('./subscribe.js')).subscribeAll(root, wanted, print)
      const app = createApp({
        spaces,
        version: VERSION,
        token,
        guardProviders,
        allowHosts: options['allow-host'],
        providerAtRoot: options.provider,
        page: builtPage,
        scenarios,
        onInternalError: error => print.error(error),
      })
      const server = await listen(app, { host, port })
      const readyFile = options['ready-file']
      if (readyFile !== undefined) {
        const ready = { url: server.url, pid: process.pid, seed: root.seed, token }
        process.on('exit', () => removeFile(readyFile))
        writeWhole(readyFile, `${JSON.stringify(ready)}\n`, '--ready-file')
      }
      const page = `${server.url}/`
      announce(
        {
          url: server.url,
          page,
          root,
          providers,
          token,
          startWanted: options.start,
          isOpen: open,
          guardProviders,
          targets,
        },
        print,
      )
      if (options.open) {
        const { openBrowser } = await import('../../open-browser.js')
        openBrowser(page, why => print.note(`No browser could be opened (${why}); open ${page} yourself.`))
      }
      await new Promise<void>(resolve => {
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      print.note('stopping')
      // Together: the stop ends the waits of open requests, which are then answered before their connections close.
      const { systemClock } = await import('../../../clock/system.js')
      const deadline = new Promise<void>(resolve => systemClock().alarm(ANSWER_MS, resolve))
      await Promise.all([server.close(deadline), spaces.stop(GRACE_MS)])
      return EXIT.success
    } finally {
      await spaces.stop(GRACE_MS)
      await relay?.close()
    }
  },
})
