// The latest entries of the index of subjects, in memory until they are written.

/** Entries with the same first 8 bits of their hash are written together. */
export const BUCKETS = 256

/** `place` is the number of an event's row, or that of a subject's, negative. */
export interface Entry {
  hash: number
  place: number
}

/** Entries that are written together. */
export interface Bucket {
  /** By hash; nearly all have one or two. */
  places: Map<number, number | number[]>
  /** Entries to delete: their rows were. */
  gone: Entry[]
}

/** The entries of a ledger. */
export interface State {
  buckets: Bucket[]
  size: number
  /** The bucket that is written next. */
  hand: number
  /** The newest rows when bucket 0 was next. */
  newest: Newest
}

/** The highest numbers of rows. */
export interface Newest {
  subjects: number
  events: number
}

/** Before the first row. */
export const NOTHING: Newest = { subjects: 0, events: 0 }

/** 32 bits of a subject's id, as they are stored: FNV-1a, signed. */
export function hashOf(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}

/** No entries. */
export const emptyState = (newest: Newest): State => ({
  buckets: Array.from({ length: BUCKETS }, () => ({ places: new Map(), gone: [] })),
  size: 0,
  hand: 0,
  newest,
})

/** The bucket of a hash. */
export const bucketOf = ({ buckets }: State, hash: number): Bucket => buckets[(hash >> 24) + BUCKETS / 2] as Bucket

/** Adds an entry, also where it is there already; a subject's before those of the many events that may be about it. */
export function addTo(state: State, hash: number, place: number): void {
  const { places } = bucketOf(state, hash)
  const known = places.get(hash)
  if (known === undefined) places.set(hash, place)
  else if (typeof known === 'number') places.set(hash, place < 0 ? [place, known] : [known, place])
  else if (place < 0) known.unshift(place)
  else known.push(place)
  state.size++
}

const NONE: readonly number[] = []

/** The places of a hash: subjects, then events, oldest first. */
export function placesOf(state: State, hash: number): readonly number[] {
  const known = bucketOf(state, hash).places.get(hash)
  if (known === undefined) return NONE
  return typeof known === 'number' ? [known] : known
}

/** How many entries a bucket has. */
export function sizeOf({ places, gone }: Bucket): number {
  let size = gone.length
  for (const those of places.values()) size += typeof those === 'number' ? 1 : those.length
  return size
}

/** Removes an entry once; false where it is not there. */
export function removeFrom(state: State, { hash, place }: Entry): boolean {
  const { places } = bucketOf(state, hash)
  const known = places.get(hash)
  if (known === place) places.delete(hash)
  else {
    const at = typeof known === 'object' ? known.lastIndexOf(place) : -1
    if (typeof known !== 'object' || at < 0) return false
    if (known.length === 1) places.delete(hash)
    else known.splice(at, 1)
  }
  state.size--
  return true
}

/** Forgets what was written. */
export function emptyBucket(of: State, bucket: Bucket): void {
  of.size -= sizeOf(bucket)
  bucket.places.clear()
  bucket.gone = []
}
