// The faults of one emulator: which there are, which of them fire on an attempt, and how often they have. They survive a restart.
import { EmulatorError } from '../core/errors.js'
import type { ActiveFault, Fault, FaultInput } from '../core/fault.js'
import { checkValue } from '../core/json.js'
import type { AttemptDraft, Mutate, Mutation } from '../core/mutation.js'
import { stream } from '../core/seed.js'
import { findChannel, traitsOf } from '../provider/catalog.js'
import { type Firing, isMutation, mutationOf } from './apply/index.js'
import type { MutationState } from './apply/mutation-state.js'
import { type Batch, delayed, heldBack, type Postponement, postponedBy, type Release } from './apply/order.js'
import { checkFaultNames } from './check-names.js'
import type { FaultHost } from './host.js'
import { createReleases } from './releases.js'

/**
 * The faults of an emulator, for its users. Methods throw EmulatorError for mistakes.
 * @example
 * const { id } = await emulator.faults.add({ kind: 'omitSignature', next: 1 })
 * await emulator.faults.remove(id)
 */
export interface Faults {
  /** Active faults and those that have ended, in the order they were added. */
  list(): ActiveFault[]
  /**
   * Adds a fault. Throws EmulatorError for one that is malformed, names something unknown, or can never fire.
   * @example await emulator.faults.add({ kind: 'stale', by: '10m', next: 1 })
   */
  add(fault: FaultInput): Promise<ActiveFault>
  /** Answers the fault as it was; throws `not_found`. What it holds back is sent when it is due. */
  remove(id: string): Promise<ActiveFault>
  /** Removes all; answers how many there were. */
  clear(): Promise<number>
}

/** The same with what the emulator itself uses. */
export interface FaultMachine extends Faults {
  mutate: Mutate
  /** Resolves when no release is under way; true when there was one. */
  settled(): Promise<boolean>
}

/** A fault as it is stored. */
interface StoredFault extends Omit<ActiveFault, 'active'> {
  batches: Record<string, Batch>
}

/** Key of the ledger's entry that stores them. */
const ENTRY = 'faults'

/** So many faults that have ended stay in the list. */
const ENDED_KEPT = 100

/** The faults of one emulator. */
export function createFaults(host: FaultHost): FaultMachine {
  const { ledger, clock, seed } = host
  const releases = createReleases(ledger, host.poke)
  let stored = JSON.parse(ledger.meta(ENTRY) ?? '[]') as StoredFault[]
  let saving: Promise<void> | undefined

  const isActive = ({ until, remaining }: StoredFault) =>
    (until === null || clock.now() < until) && (remaining === null || remaining > 0)
  const view = ({ batches: _, ...fault }: StoredFault): ActiveFault => ({
    ...structuredClone(fault),
    active: isActive({ ...fault, batches: {} }),
  })

  /** Writes once a tick, however often it is called. */
  function save(): Promise<void> {
    saving ??= ledger
      .write(rows => {
        saving = undefined
        rows.setMeta(ENTRY, JSON.stringify(stored))
      })
      .catch((error: unknown) => {
        // The work may never have run.
        saving = undefined
        throw error
      })
    return saving
  }

  /** The same where nobody waits: a failure goes to the journal. */
  function saveLater(): void {
    save().catch((error: unknown) => {
      host.journal.record({ kind: 'internal-error', doing: 'saving faults', message: String(error) })
    })
  }

  /** Those whose `ttl` has not passed. */
  function present(): StoredFault[] {
    const wall = clock.wall()
    if (stored.some(({ expiresAt }) => expiresAt !== null && expiresAt <= wall))
      stored = stored.filter(({ expiresAt }) => expiresAt === null || expiresAt > wall)
    return stored
  }

  /** Whether the fault's scope includes the attempt, chance apart. */
  function includes({ fault }: StoredFault, { delivery, number }: AttemptDraft): boolean {
    const { provider, channel, type, subscription, event } = fault
    const attempts = fault.attempts ?? (fault.kind === 'reorder' ? [1] : undefined)
    return (
      (provider === undefined || provider === delivery.provider) &&
      (channel === undefined || channel === delivery.channel) &&
      (type === undefined || type === delivery.type) &&
      (subscription === undefined || subscription === delivery.subscriptionId) &&
      (event === undefined || event === delivery.eventId) &&
      (attempts === undefined || attempts.includes(number))
    )
  }

  const streamOf = ({ id }: StoredFault, { delivery, number }: AttemptDraft, what: string) =>
    stream(seed, 'fault', id, delivery.id, number, what)

  function fires(one: StoredFault, draft: AttemptDraft): boolean {
    if (!isActive(one) || !includes(one, draft)) return false
    const { probability } = one.fault
    return probability === undefined || streamOf(one, draft, 'whether').fraction() < probability
  }

  function count(one: StoredFault): void {
    one.fired++
    if (one.remaining !== null) one.remaining--
    saveLater()
  }

  function uncount(one: StoredFault, reason: string): void {
    one.fired--
    if (one.remaining !== null) one.remaining++
    one.lastSkipReason = reason
    saveLater()
  }

  /** Fires the first fault that postpones the attempt. */
  function postponementOf(candidates: readonly StoredFault[], draft: AttemptDraft): Postponement | undefined {
    const before = new Set(postponedBy(draft).map(({ id }) => id))
    for (const one of candidates) {
      const { id, fault, batches } = one
      if (isMutation(fault) || before.has(id) || !fires(one, draft)) continue
      count(one)
      const now = clock.now()
      if (fault.kind === 'delay') return delayed(id, fault, draft, now)
      const { postponement, release } = heldBack(id, fault, { draft, now, seed, batches })
      if (release !== undefined) startRelease(id, release)
      return postponement
    }
    return undefined
  }

  const startRelease = (id: string, release: Release) =>
    releases.start(release, reason => postponedBy({ delivery: { dueReason: reason } }).some(by => by.id === id))

  function stateOf(draft: AttemptDraft): MutationState | undefined {
    const { delivery, prepared } = draft
    const subscription = host.findSubscription(delivery.subscriptionId)
    if (subscription === undefined) return undefined
    const { behaviour } = findChannel(host.registry.loaded(delivery.provider), delivery.channel)
    const settings = host.settings.ofSubscription(subscription)
    return {
      draft,
      behaviour,
      subscription,
      settings,
      traits: traitsOf(behaviour, settings),
      schema: behaviour.definition(delivery.type, host.settings.ofProvider(delivery.provider))?.schema,
      inProcess: host.isInProcess(prepared.url),
      body: prepared.body,
      bytes: undefined,
      sign: {},
      edits: [],
      wire: {},
      copies: 0,
      concurrent: false,
      instead: undefined,
      answer: undefined,
    }
  }

  function mutate(draft: AttemptDraft): Mutation | undefined | Promise<Mutation> {
    const before = postponedBy(draft).map(({ kind }) => kind)
    const candidates = stored.length === 0 ? [] : present()
    if (candidates.length === 0) return before.length === 0 ? undefined : { faults: before }
    const postpone = draft.cause === 'scheduled' ? postponementOf(candidates, draft) : undefined
    if (postpone !== undefined) return { faults: [], postpone }
    const state = stateOf(draft)
    const firings: Firing[] = []
    for (const one of state === undefined ? [] : candidates) {
      if (!isMutation(one.fault) || !fires(one, draft)) continue
      // Counted before anything is awaited, so that concurrent attempts do not use the same firing.
      count(one)
      firings.push({
        fault: one.fault,
        random: streamOf(one, draft, 'how'),
        onEffect: effect => void (effect !== true && uncount(one, effect)),
      })
    }
    if (state !== undefined && firings.length > 0) return mutationOf(state, firings, before)
    return before.length === 0 ? undefined : { faults: before }
  }

  function forgetOldest(): void {
    const ended = stored.filter(one => !isActive(one))
    const gone = new Set(ended.slice(0, Math.max(0, ended.length - ENDED_KEPT)))
    stored = stored.filter(one => !gone.has(one))
  }

  return {
    mutate,
    settled: releases.settled,
    list: () => present().map(view),
    async add(input) {
      // Loaded by the first fault: most emulators never have one.
      const { checkedFault } = await import('../api/fault.js')
      checkValue(input, 'fault')
      const fault: Fault = checkedFault(input)
      await checkFaultNames(host, fault)
      const number = await ledger.write(rows => rows.count('fault'))
      const added: StoredFault = {
        id: `fl_${number}`,
        fault,
        addedAt: clock.now(),
        until: fault.for === undefined ? null : clock.now() + fault.for,
        expiresAt: fault.ttl === undefined ? null : clock.wall() + fault.ttl,
        fired: 0,
        remaining: fault.next ?? null,
        lastSkipReason: null,
        batches: {},
      }
      forgetOldest()
      stored.push(added)
      await save()
      return view(added)
    },
    async remove(id) {
      const found = present().find(one => one.id === id)
      if (found === undefined)
        throw new EmulatorError(`There is no fault ${id}.`, {
          code: 'not_found',
          hint: 'List them with GET /_standin/faults.',
        })
      stored = stored.filter(one => one !== found)
      await save()
      return view(found)
    },
    async clear() {
      const { length } = present()
      stored = []
      await save()
      return length
    },
  }
}
