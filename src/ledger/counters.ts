// Counters kept in memory and written with each commit: raising one takes no statement.
import type { Database } from './database.js'
import type { Memory } from './write-group.js'

/** The named counters of a ledger, and their part in its transactions. */
export interface Counters extends Memory {
  /** The value of a counter; 0 when it was never raised. */
  value(name: string): number
  /** Raises a counter by one, inside a writer; returns the new value. */
  raise(name: string): number
  /** Raises a counter that is lower to this value, inside a writer. */
  raiseTo(name: string, value: number): void
  /** Forgets what is kept: the rows were deleted, inside a writer, or the ledger is closed. */
  clear(): void
}

/** How many values are kept beyond a commit. */
const MOST_KEPT = 1000

interface State {
  values: Map<string, number>
  /** Those that were raised since the last commit. */
  raised: Set<string>
}

const empty = (): State => ({ values: new Map(), raised: new Set() })

/** The counters of a ledger; each is read when it is first needed. */
export function keepCounters(db: Database): Counters {
  const read = db.prepare<[string], { value: number }>('SELECT value FROM tallies WHERE name = ?')
  const put = db.prepare<[string, number]>('INSERT OR REPLACE INTO tallies VALUES (?, ?)')
  let state = empty()
  /** What the present writer has changed, as it was before it. */
  let before: { state: State; values: Map<string, number> } = { state, values: new Map() }

  const valueNow = (name: string): number => state.values.get(name) ?? read.get(name)?.value ?? 0

  const change = (name: string, from: number, to: number): void => {
    if (!before.values.has(name) && before.state === state) before.values.set(name, from)
    state.values.set(name, to)
    state.raised.add(name)
  }

  return {
    value: valueNow,
    raise: name => {
      const value = valueNow(name)
      change(name, value, value + 1)
      return value + 1
    },
    raiseTo: (name, to) => {
      const value = valueNow(name)
      if (value < to) change(name, value, to)
    },
    clear: () => {
      state = empty()
    },
    begin: () => {
      if (before.state !== state || before.values.size > 0) before = { state, values: new Map() }
    },
    undo: () => {
      state = before.state
      for (const [name, value] of before.values) state.values.set(name, value)
    },
    beforeCommit: () => {
      for (const name of state.raised) put.run(name, valueNow(name))
    },
    undoGroup: () => {
      state = empty()
    },
    committed: () => {
      state.raised.clear()
      if (state.values.size > MOST_KEPT) state = empty()
    },
  }
}
