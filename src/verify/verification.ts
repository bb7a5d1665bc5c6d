// Verifies a receiver: makes the bench that checks work with from emulators, runs the checks, answers the report.
import { systemClock } from '../clock/system.js'
import { randomSeed } from '../config.js'
import { EmulatorError } from '../core/errors.js'
import type { Json, JsonObject } from '../core/json.js'
import type { Emulator, EmulatorOptions } from '../emulator/contract.js'
import { createEmulator } from '../emulator/index.js'
import { again } from './again.js'
import type { Observation, Situation } from './bench.js'
import { type Check, LEVELS } from './check.js'
import { createBench, type ReceiverAddress } from './emulator-bench.js'
import { masked } from './mask.js'
import { observer } from './observe.js'
import { type Report, summaryOf, type Verdict } from './report.js'
import { runChecks } from './run.js'
import { type Choice, chosen } from './select.js'

/** Whom to verify and how; only provider and to are needed. */
export interface VerifyOptions extends Choice {
  provider: string
  /** URL of the receiver. */
  to: string
  /** Default: the provider's first. */
  channel?: string | undefined
  /** What the receiver checks signatures with (or the credentials that the settings leave out). */
  secret?: string | undefined
  /** Settings of the subscription, and of the provider. */
  settings?: Readonly<Record<string, Json>> | undefined
  /** A URL that answers `{ "effects": { key: count }, "states": { subject: state } }`, or a function that does. */
  observe?: string | (() => Observation | Promise<Observation>) | undefined
  /** Longest wait for one answer, real ms; default the provider's own timeout. */
  timeoutMs?: number | undefined
  /** Root of all made-up data. A receiver that remembers the ids of an earlier run needs another one. */
  seed?: number | undefined
  /** Hears each verdict as it is reached. */
  onVerdict?: ((verdict: Verdict) => void) | undefined
  signal?: AbortSignal | undefined
  providers?: EmulatorOptions['providers']
  ca?: string | undefined
  insecure?: boolean | undefined
  allowTargets?: readonly string[] | undefined
}

/** Makes an emulator by the rules (providers, targets, certificates) that hold where the verification is asked for. */
export type MakeEmulator = (options: EmulatorOptions) => Promise<Emulator>

/** What a verification would check, without anything being sent. */
export interface Planned {
  situation: Situation
  checks: Check[]
}

function settingsOf({ provider, settings = {} }: VerifyOptions): Record<string, JsonObject> {
  return { [provider]: { ...settings } }
}

/** Emulators of one verification: the same options for each, another seed, a manual clock. */
function factory(options: VerifyOptions, make: MakeEmulator) {
  const { providers, ca, insecure, allowTargets } = options
  return (start: number, seed: number) =>
    make({
      ...(providers && { providers }),
      ...(allowTargets && { allowTargets }),
      ...(ca !== undefined && { ca }),
      ...(insecure !== undefined && { insecure }),
      ledger: ':memory:',
      clock: 'manual',
      stamp: 'wall',
      start,
      seed,
      settings: settingsOf(options),
    })
}

/** The secret to sign with: messages of a channel that always signs cannot be made without the receiver's own. */
async function addressOf(options: VerifyOptions, emulator: Emulator, planned: boolean): Promise<ReceiverAddress> {
  const { channels } = await emulator.load(options.provider)
  const channel = channels.find(({ name }) => name === options.channel) ?? channels[0]
  const use = channel?.behaviour.secret.use
  if (options.secret === '')
    throw new EmulatorError('The secret is empty.', {
      code: 'invalid_secret',
      where: 'secret',
      hint: 'Give the secret that the receiver checks by. Commands that verify prints read it from STANDIN_SECRET: set that first.',
    })
  if (use === 'required' && options.secret === undefined && !planned)
    throw new EmulatorError(`Messages of ${options.provider} are always signed: the receiver's secret is needed.`, {
      code: 'usage',
      where: 'secret',
      hint: 'Give the secret that the receiver checks signatures with.',
    })
  return {
    provider: options.provider,
    channel: options.channel,
    url: options.to,
    // None where none was given: a made-up one would have every message refused.
    secret: options.secret ?? (use === 'optional' && !planned ? null : undefined),
    timeoutMs: options.timeoutMs,
  }
}

async function withBench<T>(
  options: VerifyOptions,
  make: MakeEmulator,
  act: (bench: Awaited<ReturnType<typeof createBench>>, seed: number) => Promise<T>,
  planned = false,
): Promise<T> {
  if (options.level !== undefined && !LEVELS.includes(options.level))
    throw new EmulatorError(`"${options.level}" is no level.`, {
      code: 'usage',
      where: 'level',
      hint: 'Give must or should.',
    })
  const seed = options.seed ?? randomSeed()
  const { wall } = systemClock()
  const emulatorAt = factory(options, make)
  const emulator = await emulatorAt(wall(), seed)
  try {
    const address = await addressOf(options, emulator, planned)
    const observe = options.observe === undefined ? undefined : observer(options.observe, emulator)
    return await act(await createBench({ emulator, emulatorAt, address, seed, observe }), seed)
  } finally {
    await emulator.stop(0)
  }
}

/** The checks that would be made, without anything being sent; `to` is of no weight, and a secret is made up where none is given. */
export function planVerification(
  options: Omit<VerifyOptions, 'to'> & { to?: string | undefined },
  make: MakeEmulator = createEmulator,
): Promise<Planned> {
  const to = options.to ?? 'http://127.0.0.1/'
  const plan = async ({ situation }: { situation: Situation }) => ({ situation, checks: chosen(situation, options) })
  return withBench({ ...options, to }, make, plan, true)
}

/** A finished verification. `report` holds everything sent, as sent; `shareable` is the same with secrets masked. */
export interface Verification {
  report: Report
  shareable: Report
}

/** Judges a receiver by the catalogue. Throws EmulatorError for options that cannot be used; what the receiver does is a verdict. */
export async function verify(options: VerifyOptions, make: MakeEmulator = createEmulator): Promise<Verification> {
  return withBench(options, make, async (bench, seed) => {
    const { situation } = bench
    const checks = chosen(situation, options)
    const asked = {
      provider: situation.provider,
      channel: situation.channel,
      to: options.to,
      hasSecret: options.secret !== undefined,
      goodForSeconds: situation.traits.freshness?.seconds,
      signatureHeaders: situation.traits.signatureHeaders,
      settings: options.settings ?? {},
      observe: typeof options.observe === 'string' ? options.observe : undefined,
      timeoutMs: options.timeoutMs,
      insecure: options.insecure === true,
    }
    const startedAt = new Date(bench.wall()).toISOString()
    const began = bench.monotonic()
    const verdicts = await runChecks(bench, checks, {
      again: (id, exchange) => again(asked, id, exchange),
      onVerdict: options.onVerdict,
      signal: options.signal,
    })
    const report: Report = {
      provider: situation.provider,
      channel: situation.channel,
      to: options.to,
      startedAt,
      durationMs: Math.round(bench.monotonic() - began),
      seed,
      level: options.level ?? 'must',
      summary: summaryOf(verdicts),
      verdicts,
    }
    return { report, shareable: masked(report, bench.secrets) }
  })
}

/** Judges a receiver by the catalogue and answers the report. Throws EmulatorError for options that cannot be used. */
export async function verifyReceiver(options: VerifyOptions): Promise<Report> {
  return (await verify(options)).report
}
