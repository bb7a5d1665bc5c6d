// Types of what the bench measures and judges.

/** What one round measured, in the row's unit, and the CPU time of each, µs. */
export interface Round {
  value: number
  reference?: number
  cpuUs?: number
  referenceCpuUs?: number
}

/** A bound on the value, on its ratio to the reference, or on how much it is above the reference. */
export interface Goal {
  of: 'value' | 'ratio' | 'above'
  atLeast?: number
  atMost?: number
  aim?: number
}

/** One line of the table. */
export interface Row {
  claim: string
  title: string
  unit: string
  referenceName: string
  goal?: Goal | undefined
  rounds: Round[]
  isSteady?: boolean
}

/** What the machine did while the bench slept. */
export interface Sample {
  othersBusy: number
  lateMs: number
}

/** A row with the medians of its rounds. */
export interface JudgedRow extends Row {
  value: number
  reference: number | undefined
  ratio: number | undefined
  cpuUs: number | undefined
  referenceCpuUs: number | undefined
  measured: number
  verdict: 'pass' | 'fail' | 'too noisy' | undefined
  noise: string[]
}

export const EXIT: Readonly<{ held: 0; missed: 1; failed: 2; tooNoisy: 3 }>
export const NOISY: Readonly<Sample & { spread: number }>
export function median(values: readonly number[]): number
export function quantile(values: readonly number[], part: number): number
export function spread(values: readonly number[]): number
export function judge(row: Row, samples?: readonly Sample[]): JudgedRow
export function exitCodeOf(rows: readonly JudgedRow[]): number
export function textTable(rows: readonly JudgedRow[]): string
export function markdownTable(rows: readonly JudgedRow[]): string
