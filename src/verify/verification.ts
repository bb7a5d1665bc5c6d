// Verifies a receiver: makes emulators and the harness, runs the chosen checks, answers the report.
import type { Given } from '../api/values.js'
import type { VerificationInput } from '../api/verification.js'
import { systemClock } from '../clock/system.js'
import { randomSeed } from '../config.js'
import { EmulatorError } from '../core/errors.js'
import { fileVariables } from '../core/file-variables.js'
import type { JsonObject } from '../core/json.js'
import { maskedTexts } from '../core/mask.js'
import type { Emulator, EmulatorOptions } from '../emulator/contract.js'
import { createEmulator } from '../emulator/index.js'
import { type Observation, observer } from '../observe/observer.js'
import { requireSettle } from '../observe/settling.js'
import { findChannel } from '../provider/catalog.js'
import { VERSION } from '../version.js'
import { type Check, LEVELS } from './check.js'
import { chosenChecks } from './checks/index.js'
import { conclusionOf } from './conclusion.js'
import type { CheckProgress } from './progress.js'
import { maskedReport, maskedVerdict, type Report, summaryOf, type Verdict } from './report.js'
import { type RepeatWith, reproductionOf } from './reproduce.js'
import { runChecks } from './run.js'
import type { Situation } from './situation.js'
import { createHarness, type Harness, type ReceiverAddress } from './verification-harness.js'

/**
 * Which receiver to verify and how; only `provider` and `to` are required. `seed` is random by default: a receiver that remembers the ids
 * of an earlier run needs another one.
 * @example
 * {
 *   provider: 'standard',
 *   to: 'http://127.0.0.1:3000/webhooks',
 *   secret,
 *   level: 'should',
 *   timeoutMs: 5000,
 *   onVerdict: ({ id, status }) => console.log(id, status),
 * }
 */
export interface VerifyOptions
  extends Given<Omit<VerificationInput, 'observe' | 'timeout' | 'settle'>>,
    Pick<EmulatorOptions, 'cert' | 'key' | 'pfx' | 'passphrase'> {
  /** A URL that answers `{ "effects": { key: count }, "states": { subject: state } }`, or a function that does. */
  observe?: string | (() => Observation | Promise<Observation>) | undefined
  /** Longest wait for one answer, real ms; default the provider's own timeout. */
  timeoutMs?: number | undefined
  /** How long the receiver may take to act on a request that it has answered, real ms, at most ten minutes; default learnt from the first plain request. */
  settleMs?: number | undefined
  /** Called with each verdict as soon as it is known. */
  onVerdict?: ((verdict: Verdict) => void) | undefined
  /** Cancels between checks: those not run are not judged. */
  signal?: AbortSignal | undefined
  /** Providers besides or instead of the built-in ones. */
  providers?: EmulatorOptions['providers']
  /** Extra certificate authorities (PEM). */
  ca?: string | undefined
  /** Accept any certificate of the receiver. */
  insecure?: boolean | undefined
  /** Hosts that may be targets. */
  allowTargets?: readonly string[] | undefined
}

/** Makes an emulator with the limits (providers, targets, certificates) of the caller. */
export type MakeEmulator = (options: EmulatorOptions) => Promise<Emulator>

/** The checks of a verification that has not run. */
export interface VerificationPlan {
  situation: Situation
  checks: Check[]
}

/** Makes the emulators of one verification: the same options for each, a manual clock, another seed. */
function emulatorFactory(options: VerifyOptions, make: MakeEmulator) {
  const { provider, settings, providers, ca, insecure, allowTargets, cert, key, pfx, passphrase } = options
  return (start: number, seed: number) =>
    make({
      ...(providers && { providers }),
      ...(allowTargets && { allowTargets }),
      ...(ca !== undefined && { ca }),
      ...(insecure !== undefined && { insecure }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(pfx !== undefined && { pfx }),
      ...(passphrase !== undefined && { passphrase }),
      ledger: ':memory:',
      clock: 'manual',
      stamp: 'wall',
      start,
      seed,
      settings: { [provider]: { ...settings } },
    })
}

/** Where to send and what to sign with. Throws `usage` where the channel always signs and no secret is given; a plan needs none. */
async function addressOf(options: VerifyOptions, emulator: Emulator, isPlan: boolean): Promise<ReceiverAddress> {
  const channel = findChannel(await emulator.load(options.provider), options.channel)
  const { use } = channel.behaviour.secret
  if (options.secret === '')
    throw new EmulatorError('The secret is empty.', {
      code: 'invalid_secret',
      where: 'secret',
      hint: 'Give the secret that the receiver checks signatures with. Commands printed by verify read it from STANDIN_SECRET: set it first.',
    })
  if (use === 'required' && options.secret === undefined && !isPlan)
    throw new EmulatorError(`Requests of ${options.provider} are always signed: the receiver's secret is required.`, {
      code: 'usage',
      where: 'secret',
      hint: 'Give the secret that the receiver checks signatures with.',
    })
  return {
    provider: options.provider,
    channel: channel.name,
    url: options.to,
    // No secret where none was given: the receiver would refuse a generated one.
    secret: options.secret ?? (use === 'optional' && !isPlan ? null : undefined),
    timeoutMs: options.timeoutMs,
  }
}

/** Stories let seconds pass between their events, which are sent at once all the same: none is to be dated in the future. */
const LEAD_MS = 60_000

async function withHarness<T>(
  options: VerifyOptions,
  make: MakeEmulator,
  act: (harness: Harness, seed: number) => Promise<T>,
  isPlan = false,
): Promise<T> {
  if (options.level !== undefined && !LEVELS.includes(options.level))
    throw new EmulatorError(`Unknown level "${options.level}".`, {
      code: 'usage',
      where: 'level',
      hint: 'Give must or should.',
    })
  requireSettle(options.settleMs)
  const seed = options.seed ?? randomSeed()
  const { wall } = systemClock()
  const emulatorAt = emulatorFactory(options, make)
  const emulator = await emulatorAt(wall() - LEAD_MS, seed)
  try {
    const address = await addressOf(options, emulator, isPlan)
    const observe = options.observe === undefined ? undefined : observer(options.observe, emulator)
    return await act(
      await createHarness({ emulator, emulatorAt, address, seed, observe, settleMs: options.settleMs }),
      seed,
    )
  } finally {
    await emulator.stop(0)
  }
}

/** How long was waited for what the receiver did; null where nothing was observed. */
function waitsOf({ settling }: Harness): Report['waits'] {
  if (settling?.plain() === undefined) return null
  const { settleMs = null, seenAfterMs = null } = settling.patience
  return { settleMs, seenAfterMs, ...settling.waited }
}

/** The checks that a verification would run. Sends nothing; needs neither `to` nor a secret. */
export function planVerification(
  options: Omit<VerifyOptions, 'to'> & { to?: string | undefined },
  make: MakeEmulator = createEmulator,
): Promise<VerificationPlan> {
  const to = options.to ?? 'http://127.0.0.1/'
  const plan = async ({ situation }: { situation: Situation }) => ({
    situation,
    checks: chosenChecks(situation, options),
  })
  return withHarness({ ...options, to }, make, plan, true)
}

/** A verification whose checks are chosen, before anything is sent. */
export interface StartedVerification extends VerificationPlan {
  seed: number
  /** Real wall time, ms. */
  startedAt: number
  /** A value without the secrets of this verification. */
  masked<T>(value: T): T
  /** Settings, with those masked that are secret. */
  maskedSettings(given: JsonObject): JsonObject
}

/** What is called while a verification runs; what it is given can be shared: secrets are masked. */
export interface Progress {
  /** Before anything is sent. The checks begin when it resolves; what it throws ends the verification. */
  onStart?: ((started: StartedVerification) => void | Promise<void>) | undefined
  /** Called like `onVerdict`. */
  onShareable?: ((verdict: Verdict) => void) | undefined
  /** What the command that repeats a check needs besides: names of files. */
  repeatWith?: RepeatWith | undefined
  /** Called when a verdict is made, and before the first: how far it is. */
  onProgress?: ((progress: CheckProgress) => void) | undefined
}

/** A finished verification. */
export interface Verification {
  /** With every request exactly as sent. */
  report: Report
  /** The same with secrets masked. */
  shareable: Report
}

/**
 * Runs the chosen checks against a receiver. Throws EmulatorError for invalid options; whatever the receiver does is a verdict.
 */
export async function verify(
  { onStart, onShareable, onProgress, repeatWith, ...options }: VerifyOptions & Progress,
  make: MakeEmulator = createEmulator,
): Promise<Verification> {
  return withHarness(options, make, async (harness, seed) => {
    const { situation } = harness
    const checks = chosenChecks(situation, options)
    // Reports are shared, and so are the commands in them.
    const settings = harness.maskedSettings({ ...options.settings })
    const { freshness, signatureHeaders, timestampHeader } = situation.traits
    const reproduction = {
      provider: situation.provider,
      channel: situation.channel,
      to: options.to,
      seed,
      hasSecret: options.secret !== undefined,
      freshForSeconds: freshness?.seconds,
      signatureHeaders,
      timestampHeader,
      settings,
      observe: typeof options.observe === 'function' ? ('function' as const) : options.observe,
      values: { timeout: options.timeoutMs, settle: options.settleMs },
      files: {
        ...fileVariables(options),
        insecure: options.insecure,
        allowTargets: options.allowTargets,
        ...repeatWith,
      },
    }
    const startedAt = harness.wall()
    await onStart?.({
      situation,
      checks,
      seed,
      startedAt,
      masked: value => maskedTexts(value, harness.hidden),
      maskedSettings: harness.maskedSettings,
    })
    const began = harness.monotonic()
    const verdicts = await runChecks(harness, checks, {
      reproduce: check => reproductionOf(reproduction, check),
      evidence: options.evidence === true,
      onVerdict: verdict => {
        options.onVerdict?.(verdict)
        onShareable?.(maskedVerdict(verdict, harness.hidden))
      },
      onProgress,
      signal: options.signal,
    })
    const level = options.level ?? 'must'
    const summary = summaryOf(verdicts)
    const report: Report = {
      standin: VERSION,
      conclusion: conclusionOf(summary, verdicts),
      provider: situation.provider,
      channel: situation.channel,
      to: options.to,
      startedAt: new Date(startedAt).toISOString(),
      durationMs: Math.round(harness.monotonic() - began),
      seed,
      level,
      settings,
      summary,
      waits: waitsOf(harness),
      verdicts,
    }
    return { report, shareable: maskedReport(report, harness.hidden) }
  })
}

/**
 * Verifies a running receiver: sends it valid and invalid requests and answers a verdict for each check. Throws EmulatorError for invalid
 * options; whatever the receiver does is a verdict.
 * @example
 * const report = await verifyReceiver({ provider: 'acme', to: 'http://127.0.0.1:3000/webhooks', secret: 'test_key' })
 * console.log(report.summary) // { passed: 23, failed: 0, notJudged: 0, exitCode: 0 }
 */
export async function verifyReceiver(options: VerifyOptions): Promise<Report> {
  return (await verify(options)).report
}
