// The causes of an invalid signature, and the values that a part of it has under them.

/** One mistake in computing or sending a signature. */
export interface Cause {
  /** Stable name. */
  id: string
  /** The mistake, one sentence. */
  sentence: string
  /** How to fix it, one sentence. */
  fix: string
}

/** A value that one part of a signature may have had; without causes: the scheme's own. */
export interface Variation<T> {
  causes: readonly Cause[]
  value: T
  /** Tried alone only, not beside another cause: pairs of everything take long. */
  alone?: boolean
}

/** A cause by its three parts. */
export function cause(id: string, sentence: string, fix: string): Cause {
  return { id, sentence, fix }
}

/** The value that the scheme specifies. */
export function asSpecified<T>(value: T): Variation<T> {
  return { causes: [], value }
}

/** A variation that is tried alone. */
export function alone<T>(variation: Variation<T>): Variation<T> {
  return { ...variation, alone: true }
}

/** A value that one mistake gives. */
export function mistaken<T>(value: T, id: string, sentence: string, fix: string): Variation<T> {
  return { causes: [cause(id, sentence, fix)], value }
}
