// What a wrong signature can be made from: single causes, and values that go with them.

/** One mistake in making a signature. */
export interface Cause {
  /** Stable name. */
  id: string
  /** What was done, one sentence. */
  sentence: string
  /** What to do instead, one sentence. */
  fix: string
}

/** A value that a signature may have been made with; no causes: as the scheme has it. */
export interface Variation<T> {
  causes: readonly Cause[]
  value: T
}

/** A cause by its three parts. */
export function cause(id: string, sentence: string, fix: string): Cause {
  return { id, sentence, fix }
}

/** The value as the scheme has it. */
export function asSpecified<T>(value: T): Variation<T> {
  return { causes: [], value }
}

/** A value with one cause. */
export function mistaken<T>(value: T, id: string, sentence: string, fix: string): Variation<T> {
  return { causes: [cause(id, sentence, fix)], value }
}
