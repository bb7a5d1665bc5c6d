// createEmulator(): joins providers, ledger, clock, faults and delivery into one object.
import { internalError } from '../core/internal-error.js'
import { createJournal } from '../core/journal.js'
import { checkValue, type JsonObject } from '../core/json.js'
import type { Ledger } from '../core/ledger.js'
import { seedWords } from '../core/seed.js'
import { explainStorageFailure, isLedgerGone } from '../core/storage-failure.js'
import type { Subscription } from '../core/subscription.js'
import { createDeliveryEngine } from '../delivery/engine.js'
import { checkAllowedTargets } from '../delivery/targets.js'
import { createTransport } from '../delivery/transport.js'
import { checkClientCertificate } from '../delivery/transport-connect.js'
import { inProcessHandlers } from '../delivery/transport-in-process.js'
import { createFaults } from '../faults/faults.js'
import { openLedger } from '../ledger/sqlite.js'
import { reseed } from '../provider/fake.js'
import type { ProviderPort, TriggerInput } from '../provider/port.js'
import { createRegistry, type Registry } from '../provider/registry.js'
import { builtInProviders } from '../providers/index.js'
import { clockOf } from './clock-of.js'
import type { EmulatorContext } from './context.js'
import type { Emulator, EmulatorOptions } from './contract.js'
import { checkExpectation } from './expectation-input.js'
import { judge } from './judge.js'
import { createLifetime } from './lifetime.js'
import { createPort } from './port.js'
import { type Call, createPrepare, createPrepareEvent } from './prepare.js'
import { pruneAsItGrows } from './pruning.js'
import { seedOf } from './seed.js'
import { checkProviderSettings, createSettingsStore, MOST_SETTINGS } from './settings.js'
import { moveSubject } from './story.js'
import { createTargetCheck } from './subscription-input.js'
import { createSubscriptions } from './subscriptions.js'
import { createTimeKeeper } from './time.js'
import { createTrigger } from './trigger.js'
import { createVerifications } from './verifications.js'
import { createViews } from './views.js'
import { createWaiting } from './waiting.js'

/**
 * Starts an emulator. Throws `unknown_name` and `invalid_setting` for settings, `invalid_input` for an allowed target that is no
 * host, `conflict` for a seed that is not the ledger's, and `ledger_in_use`, `ledger_newer` or `ledger_broken`.
 *
 * @example
 * const emulator = await createEmulator({ ledger: 'standin.db' })
 * await emulator.stop()
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const registry = createRegistry(options.providers ?? builtInProviders)
  // Checked before the ledger is opened, so that invalid settings leave no file.
  await checkProviderSettings(registry, options.settings ?? {})
  checkAllowedTargets(options.allowTargets)
  await checkClientCertificate(options)
  const { ledger: location = ':memory:', durable, onMigration } = options
  const ledger = openLedger({ location, durable, onMigration })
  try {
    return await assemble(options, ledger, registry)
  } catch (error) {
    await ledger.close()
    throw error
  }
}

async function assemble(options: EmulatorOptions, ledger: Ledger, registry: Registry): Promise<Emulator> {
  const seed = await seedOf(options, ledger)
  const clock = clockOf(options, ledger)
  const settings = createSettingsStore({ registry, ledger, untilSuccess: options.untilSuccess ?? false })
  const lifetime = createLifetime()
  const journal = createJournal({ now: clock.now, bodies: ledger })
  const memories = new Map<string, Map<string, unknown>>()
  const context: EmulatorContext = {
    seed,
    clock,
    ledger,
    journal,
    lifetime,
    registry,
    settings,
    checkTarget: createTargetCheck(options),
    fake: (provider, label, now) => reseed(registry.loaded(provider).faker, seedWords(seed, ...label), now),
    memory(provider) {
      const memory = memories.get(provider) ?? new Map<string, unknown>()
      memories.set(provider, memory)
      return memory
    },
  }
  // Providers that the ledger or the options name are loaded now, so that pending deliveries can be sent at once.
  const needed = new Set([
    ...ledger.subscriptions().map(subscription => subscription.provider),
    ...ledger.timers().map(timer => timer.provider),
    ...Object.keys(options.settings ?? {}),
  ])
  for (const name of needed) await registry.load(name)

  const subscriptions = createSubscriptions(context)
  await options.relay?.own(ledger)
  const makeTransport = options.relay?.transport ?? createTransport
  const transport = makeTransport({
    clock,
    ca: options.ca,
    insecure: options.insecure,
    cert: options.cert,
    key: options.key,
    pfx: options.pfx,
    passphrase: options.passphrase,
    allowTargets: options.allowTargets,
    connections: options.connections,
    inProcess: options.inProcess,
  })
  const call: Call = async ({ timeoutMs, ...message }) => {
    const { outcome, answer } = await transport.send(message, { timeoutMs })
    return { outcome, headers: answer?.headers ?? [], body: answer?.body ?? '' }
  }
  const signatureTime = () => (options.stamp === 'clock' ? clock.now() : clock.wall())
  const prepareEvent = createPrepareEvent(context, call)
  const views = createViews(context, subscriptions, prepareEvent, signatureTime)
  const handlerFor = inProcessHandlers(options.inProcess)
  const faults = createFaults({
    ...context,
    findSubscription: subscriptions.find,
    poke: id => engine.poke([id]),
    isInProcess: url => handlerFor(url) !== undefined,
  })
  // Internal errors go to the journal; pending deliveries stay pending.
  const reportError = (error: unknown, doing: string) => journal.record(internalError(error, doing))
  const engine = createDeliveryEngine({
    ledger,
    clock,
    journal,
    transport,
    signatureTime,
    mutate: faults.mutate,
    prepare: createPrepare(context, subscriptions, prepareEvent),
    reportError,
    onExhausted: ({ subscriptionId }, action) => {
      if (action === 'deactivate')
        subscriptions.deactivate(subscriptionId).catch(error => reportError(error, `deactivating ${subscriptionId}`))
    },
  })
  const trigger = createTrigger(context, subscriptions, engine)

  const ports = new Map<string, ProviderPort>()
  const port = async (name: string): Promise<ProviderPort> => {
    await registry.load(name)
    const sendOnce = (to: Subscription, type: string, input: TriggerInput) =>
      engine.sendOnce(views.previewFor(to, type, input).prepared)
    const known =
      ports.get(name) ??
      createPort(context, name, { subscriptions, trigger, sendOnce, timersChanged: () => time.changed() })
    ports.set(name, known)
    return known
  }
  const time = createTimeKeeper(context, {
    reportError,
    fire: async timer => (await registry.load(timer.provider)).behaviour.onTimer?.(timer, await port(timer.provider)),
    engineRest: async () => {
      do await engine.rest()
      while (await faults.settled())
    },
  })

  const changeSettings = async (name: string, change: JsonObject) => {
    checkValue(change, 'settings', MOST_SETTINGS)
    await registry.load(name)
    const given = settings.checkProvider(name, change)
    await ledger.write(rows => rows.setProviderSettings(name, given))
    settings.changed(name)
    return settings.ofProvider(name)
  }
  for (const [name, given] of Object.entries(options.settings ?? {})) await changeSettings(name, given)
  let resetting: Promise<void> = Promise.resolve()
  let stopping: Promise<void> | undefined
  pruneAsItGrows(context, { keep: options.keepSettled, reportError })
  await engine.start()
  time.start()
  const waiting = createWaiting(context)
  const { within } = lifetime

  return {
    seed,
    clock,
    journal,
    ledger,
    providers: registry.providers,
    load: registry.load,
    async settings(name) {
      await registry.load(name)
      return settings.ofProvider(name)
    },
    lifetime: lifetime.signal,
    changeSettings: (name, change) => within(() => changeSettings(name, change)),
    previewPayload: views.previewPayload,
    subscribe: (name, input) => within(() => subscriptions.create(name, input)),
    updateSubscription: (id, change) => within(() => subscriptions.update(id, change)),
    unsubscribe: id => within(() => subscriptions.remove(id)),
    rotateSecret: (id, secret) => within(() => subscriptions.rotate(id, secret)),
    faults,
    trigger: (name, type, input) => within(() => trigger(name, type, input)),
    preview: views.preview,
    previewEvent: views.previewEvent,
    send: transport.send,
    attemptOnce: ({ prepared }, started) => engine.sendOnce(prepared, started),
    explain: views.explain,
    why: id => within(() => views.why(id)),
    view: views.view,
    resend: (id, { original = false } = {}) =>
      within(() => engine.attemptNow(id, { cause: original ? 'replay' : 'resend' })),
    cancel: id => within(() => engine.cancel(id)),
    wait: (id, how) => within(() => waiting.waitFor(id, how)),
    expect: (expectation, how) =>
      within(async () => {
        checkExpectation(expectation)
        return waiting.expectOutcome(expectation, how)
      }),
    judge: expectation => judge(ledger, expectation),
    advance: by => within(() => time.advance(by)),
    drain: upTo => within(() => time.drain(upTo)),
    rest: () => within(time.rest),
    counts: time.counts,
    nextDue: time.nextDue,
    move: (id, to) => within(() => moveSubject(context, id, to, port)),
    port,
    verifications: createVerifications(context),
    reset() {
      const mine = resetting.then(reset)
      resetting = mine.catch(() => {})
      return mine
    },
    stop(graceMs = 5000) {
      stopping ??= resetting.then(() => stop(graceMs))
      return stopping
    },
  }

  async function reset(): Promise<void> {
    if (stopping) lifetime.signal().throwIfAborted()
    lifetime.end('reset')
    try {
      await engine.stop(0)
      await faults.clear()
      // In the write too, so that what is written beside it finds no subscription that is gone.
      await ledger.write(rows => {
        rows.clear()
        subscriptions.forget()
      })
      subscriptions.forget()
      memories.clear()
      ports.clear()
      for (const { name } of registry.providers) settings.changed(name)
      journal.record({ kind: 'reset' })
    } finally {
      lifetime.begin()
      await engine.start()
    }
  }

  async function stop(graceMs: number): Promise<void> {
    lifetime.end('stopped')
    await time.stop()
    await engine.stop(graceMs)
    await faults.settled()
    try {
      if (clock.kind === 'manual') await ledger.write(rows => rows.setMeta('clock', String(clock.now())))
    } catch (error) {
      // Where the file is gone there is nothing to go on with.
      if (!isLedgerGone(error)) throw explainStorageFailure(error)
    } finally {
      transport.close()
      await ledger.close()
    }
  }
}
