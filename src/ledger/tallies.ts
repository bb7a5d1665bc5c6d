// Counts kept in memory and written with each commit, so that counting never scans the rows.
import type { DeliveryStatus } from '../core/delivery.js'
import type { Database } from './database.js'
import type { Memory } from './write-group.js'

/** One subscription's deliveries: its small number in the tables and its tallies. Outlives the subscription. */
export interface LaneTally {
  n: number
  subscription: string
  url: string
  delivered: number
  exhausted: number
  attempts: number
  acceptedAttempts: number
  lastAttemptAt: number | null
}

/** How many rows the ledger holds. */
export type Totals = Record<DeliveryStatus, number> & { attempts: number }

interface State {
  totals: Totals
  byNumber: Map<number, LaneTally>
  bySubscription: Map<string, LaneTally>
}

/** The counts of a ledger, and their part in its transactions. */
export interface Tallies extends Memory {
  /** For reading only. */
  totals(): Readonly<Totals>
  lane(subscription: string): Readonly<LaneTally> | undefined
  laneNumbered(n: number): Readonly<LaneTally>
  lanes(): Iterable<Readonly<LaneTally>>
  /** For changing, inside a writer. */
  changeTotals(): Totals
  changeLane(n: number): LaneTally
  /** A subscription's lane, created when it has none. */
  openLane(subscription: string): Readonly<LaneTally>
  /** Drops every lane and count; their rows were deleted. */
  clear(): void
  /** From here on reads throw, as they do for rows. */
  close(): void
}

const NONE: Totals = { waiting: 0, attempting: 0, delivered: 0, exhausted: 0, cancelled: 0, attempts: 0 }

/** The row of the totals. It, those of the lanes and the counters are in one table, so that a commit writes one page for all of them. */
const TOTALS = '/totals'

/** The rows of the lanes begin so. */
const LANE = '/lane/'

/** What has changed since some moment, as it was before; undefined means that it did not exist. */
interface Changes {
  /** The whole state as it was before it was cleared. */
  whole: State | undefined
  totals: Totals | undefined
  lanes: Map<LaneTally, LaneTally | undefined>
}

const noChanges = (): Changes => ({ whole: undefined, totals: undefined, lanes: new Map() })

/** Loads the tallies of a ledger. The state before a change is kept until its writer and its group have ended. */
export function loadTallies(db: Database): Tallies {
  const put = db.prepare<[name: string, value: string]>('INSERT OR REPLACE INTO tallies VALUES (?, ?)')
  const stored = <T>(from: string, to: string): T[] =>
    db
      .prepare<[string, string], { value: string }>('SELECT value FROM tallies WHERE name >= ? AND name <= ?')
      .all(from, to)
      .map(({ value }) => JSON.parse(value) as T)

  let state: State = {
    totals: stored<Totals>(TOTALS, TOTALS)[0] ?? { ...NONE },
    byNumber: new Map(),
    bySubscription: new Map(),
  }
  const add = (lane: LaneTally) => {
    state.byNumber.set(lane.n, lane)
    state.bySubscription.set(lane.subscription, lane)
  }
  for (const lane of stored<LaneTally>(LANE, `${LANE}:`).sort((a, b) => a.n - b.n)) add(lane)

  let ofWriter = noChanges()
  let ofGroup = noChanges()
  let lastLane = Math.max(0, ...state.byNumber.keys())

  const touch = (lane: LaneTally) => {
    if (!ofWriter.lanes.has(lane)) ofWriter.lanes.set(lane, { ...lane })
    if (!ofGroup.lanes.has(lane)) ofGroup.lanes.set(lane, { ...lane })
  }

  const restore = (changes: Changes) => {
    if (changes.whole !== undefined) state = changes.whole
    if (changes.totals !== undefined) state.totals = { ...changes.totals }
    for (const [lane, before] of changes.lanes) {
      if (before !== undefined) Object.assign(lane, before)
      else if (state.byNumber.get(lane.n) === lane) {
        state.byNumber.delete(lane.n)
        state.bySubscription.delete(lane.subscription)
      }
    }
  }

  let closed = false
  const open = (): State => {
    if (closed) throw new Error(`The ledger ${db.location} is closed.`)
    return state
  }

  const laneNumbered = (n: number): LaneTally => {
    const lane = state.byNumber.get(n)
    if (lane === undefined) throw new Error(`The ledger has no lane ${n}.`)
    return lane
  }

  return {
    totals: () => open().totals,
    lane: subscription => open().bySubscription.get(subscription),
    laneNumbered,
    lanes: () => open().byNumber.values(),
    changeTotals: () => {
      ofWriter.totals ??= { ...state.totals }
      ofGroup.totals ??= { ...state.totals }
      return state.totals
    },
    changeLane: n => {
      const lane = laneNumbered(n)
      touch(lane)
      return lane
    },
    openLane: subscription => {
      const known = state.bySubscription.get(subscription)
      if (known !== undefined) return known
      const lane: LaneTally = {
        n: ++lastLane,
        subscription,
        url: '',
        delivered: 0,
        exhausted: 0,
        attempts: 0,
        acceptedAttempts: 0,
        lastAttemptAt: null,
      }
      ofWriter.lanes.set(lane, undefined)
      ofGroup.lanes.set(lane, undefined)
      add(lane)
      return lane
    },
    clear: () => {
      ofWriter.totals ??= { ...state.totals }
      ofGroup.totals ??= { ...state.totals }
      ofWriter.whole ??= state
      ofGroup.whole ??= state
      state = { totals: { ...NONE }, byNumber: new Map(), bySubscription: new Map() }
    },
    close: () => {
      closed = true
    },
    begin: () => {
      if (ofWriter.lanes.size > 0 || ofWriter.totals !== undefined) ofWriter = noChanges()
    },
    undo: () => restore(ofWriter),
    beforeCommit: () => {
      if (ofGroup.totals !== undefined) put.run(TOTALS, JSON.stringify(state.totals))
      for (const lane of ofGroup.lanes.keys())
        if (state.byNumber.get(lane.n) === lane) put.run(`${LANE}${lane.n}`, JSON.stringify(lane))
    },
    undoGroup: () => {
      restore(ofGroup)
      ofGroup = noChanges()
    },
    committed: () => {
      if (ofGroup.lanes.size > 0 || ofGroup.totals !== undefined) ofGroup = noChanges()
    },
  }
}
