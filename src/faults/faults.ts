// The faults of one emulator: which there are, which of them fire on an attempt, and how often they have. They outlast a restart.
import { EmulatorError } from '../core/errors.js'
import type { ActiveFault, Fault, FaultInput } from '../core/fault.js'
import type { AttemptDraft, Mutate, Mutation } from '../core/mutation.js'
import { stream } from '../core/seed.js'
import type { EmulatorContext } from '../emulator/context.js'
import type { Subscriptions } from '../emulator/subscriptions.js'
import { findChannel } from '../provider/catalog.js'
import { bendingOf, bends, type Firing } from './apply/index.js'
import type { Making } from './apply/making.js'
import { type Batch, delayed, type Hold, held, heldBy, type Release } from './apply/order.js'
import { checkFaultNames } from './check-names.js'
import { createReleases } from './releases.js'

/** The faults of an emulator, as its users see them. */
export interface Faults {
  /** Those that fire and those that have ended, in the order they were added. */
  list(): ActiveFault[]
  /** Throws EmulatorError for a fault that is written wrongly, names what there is not, or can never fire. */
  add(fault: FaultInput): Promise<ActiveFault>
  /** Answers it as it was; throws `not_found`. What it holds back is sent when it is due. */
  remove(id: string): Promise<ActiveFault>
  /** Answers how many there were. */
  clear(): Promise<number>
}

/** What the emulator needs of them besides. */
export interface FaultMachine extends Faults {
  mutate: Mutate
  /** Resolves once what was to be released is due again; true when there was something. */
  settled(): Promise<boolean>
}

export interface FaultParts {
  subscriptions: Subscriptions
  /** Something may be due for this subscription. */
  poke(subscriptionId: string): void
  /** True for URLs of receivers in this process. */
  inProcess(url: string): boolean
}

/** A fault as it is kept. */
interface Kept extends Omit<ActiveFault, 'active'> {
  batches: Record<string, Batch>
}

/** Key of the ledger's entry that holds them. */
const ENTRY = 'faults'

/** Faults that have ended are shown for a while: so many of them. */
const ENDED_KEPT = 100

/** The faults of one emulator. */
export function createFaults(world: EmulatorContext, { subscriptions, poke, inProcess }: FaultParts): FaultMachine {
  const { ledger, clock, seed } = world
  const releases = createReleases(ledger, poke)
  let kept = JSON.parse(ledger.meta(ENTRY) ?? '[]') as Kept[]
  let saving: Promise<void> | undefined

  const isActive = ({ until, remaining }: Kept) =>
    (until === null || clock.now() < until) && (remaining === null || remaining > 0)
  const view = ({ batches: _, ...fault }: Kept): ActiveFault => ({
    ...structuredClone(fault),
    active: isActive({ ...fault, batches: {} }),
  })

  /** Writes once a tick, however often it is asked. */
  function save(): Promise<void> {
    saving ??= ledger.write(rows => {
      saving = undefined
      rows.setMeta(ENTRY, JSON.stringify(kept))
    })
    return saving
  }

  /** The same, where nobody waits for it. */
  function note(): void {
    save().catch((error: unknown) => {
      saving = undefined
      world.journal.record({ kind: 'internal-error', doing: 'saving faults', message: String(error) })
    })
  }

  function present(): Kept[] {
    const wall = clock.wall()
    if (kept.some(({ expiresAt }) => expiresAt !== null && expiresAt <= wall))
      kept = kept.filter(({ expiresAt }) => expiresAt === null || expiresAt > wall)
    return kept
  }

  /** Everything but chance, and without any effect. */
  function concerns({ fault }: Kept, { delivery, number }: AttemptDraft): boolean {
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

  const chanceOf = ({ id }: Kept, { delivery, number }: AttemptDraft, what: string) =>
    stream(seed, 'fault', id, delivery.id, number, what)

  function fires(one: Kept, draft: AttemptDraft): boolean {
    if (!isActive(one) || !concerns(one, draft)) return false
    const { probability } = one.fault
    return probability === undefined || chanceOf(one, draft, 'whether').fraction() < probability
  }

  function take(one: Kept): void {
    one.fired++
    if (one.remaining !== null) one.remaining--
    note()
  }

  function giveBack(one: Kept, why: string): void {
    one.fired--
    if (one.remaining !== null) one.remaining++
    one.lastSkipReason = why
    note()
  }

  /** The first fault that puts the attempt off. */
  function holding(candidates: readonly Kept[], draft: AttemptDraft): Hold | undefined {
    const before = new Set(heldBy(draft).map(({ id }) => id))
    for (const one of candidates) {
      const { id, fault, batches } = one
      if (bends(fault) || before.has(id) || !fires(one, draft)) continue
      take(one)
      const now = clock.now()
      if (fault.kind === 'delay') return delayed(id, fault, draft, now)
      const { hold, release } = held(id, fault, { draft, now, seed, batches })
      if (release !== undefined) releaseOf(id, release)
      return hold
    }
    return undefined
  }

  const releaseOf = (id: string, release: Release) =>
    releases.start(release, reason => heldBy({ delivery: { dueReason: reason } }).some(by => by.id === id))

  function makingOf(draft: AttemptDraft): Making | undefined {
    const { delivery, prepared } = draft
    const subscription = subscriptions.find(delivery.subscriptionId)
    if (subscription === undefined) return undefined
    const { behaviour } = findChannel(world.registry.loaded(delivery.provider), delivery.channel)
    return {
      draft,
      behaviour,
      subscription,
      settings: world.settings.ofSubscription(subscription),
      schema: behaviour.definition(delivery.type, world.settings.ofProvider(delivery.provider))?.schema,
      inProcess: inProcess(prepared.url),
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
    const before = heldBy(draft).map(({ kind }) => kind)
    const candidates = kept.length === 0 ? [] : present()
    if (candidates.length === 0) return before.length === 0 ? undefined : { faults: before }
    const postpone = draft.cause === 'scheduled' ? holding(candidates, draft) : undefined
    if (postpone !== undefined) return { faults: [], postpone }
    const making = makingOf(draft)
    const firings: Firing[] = []
    for (const one of making === undefined ? [] : candidates) {
      if (!bends(one.fault) || !fires(one, draft)) continue
      // Taken before anything is awaited, so that attempts side by side do not take the same one.
      take(one)
      firings.push({
        fault: one.fault,
        random: chanceOf(one, draft, 'how'),
        told: effect => void (effect !== true && giveBack(one, effect)),
      })
    }
    if (making !== undefined && firings.length > 0) return bendingOf(making, firings, before)
    return before.length === 0 ? undefined : { faults: before }
  }

  function forgetOldest(): void {
    const ended = kept.filter(one => !isActive(one))
    const gone = new Set(ended.slice(0, Math.max(0, ended.length - ENDED_KEPT)))
    kept = kept.filter(one => !gone.has(one))
  }

  return {
    mutate,
    settled: releases.settled,
    list: () => present().map(view),
    async add(input) {
      // Loaded by the first fault: most emulators never have one.
      const { checkedFault } = await import('../api/fault.js')
      const fault: Fault = checkedFault(input)
      await checkFaultNames(world, subscriptions, fault)
      const number = await ledger.write(rows => rows.count('fault'))
      const added: Kept = {
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
      kept.push(added)
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
      kept = kept.filter(one => one !== found)
      await save()
      return view(found)
    },
    async clear() {
      const { length } = present()
      kept = []
      await save()
      return length
    },
  }
}
