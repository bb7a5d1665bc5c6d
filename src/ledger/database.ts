// What the ledger needs of a SQLite connection, so that a driver is one file and nothing else knows which one is used.

/** A prepared statement; `P` are its bound values in order, `R` a row it returns. */
export interface Statement<P extends unknown[] = unknown[], R = unknown> {
  /** `lastInsertRowid` is the number of the row that was inserted last. */
  run(...values: P): { changes: number; lastInsertRowid: number | bigint }
  get(...values: P): R | undefined
  all(...values: P): R[]
}

/** An open connection. Errors carry SQLite's own `code`, e.g. SQLITE_BUSY. */
export interface Database {
  readonly location: string
  /** Write a bound limit as `LIMIT +?`: SQLite plans a statement anew for each value of a bare `LIMIT ?`. */
  prepare<P extends unknown[], R = unknown>(sql: string): Statement<P, R>
  exec(sql: string): void
  /** The first value that a pragma returns. */
  pragma(text: string): unknown
  inTransaction(): boolean
  close(): void
}

/** A library that opens connections. */
export interface Driver {
  readonly name: string
  /** `timeout` is how long a lock of another connection is waited for, ms. */
  open(location: string, timeout: number): Database
}

/** What may be bound to a statement. */
export type Value = string | number | null
