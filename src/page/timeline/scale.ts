// The scale of a timeline: instants to places between 0 and 1, broken only where a wait would be too short to see.

/** A stretch of the line between two instants, ms. */
export interface Piece {
  from: number
  to: number
  /** Where it is drawn, from 0 to 1. */
  x0: number
  x1: number
  /** Drawn longer than to scale. */
  isStretched: boolean
}

/** A scale. */
export interface Scale {
  pieces: readonly Piece[]
  /** The place of an instant, from 0 to 1. */
  at(ms: number): number
}

/** The least part of the line that a wait takes. */
const LEAST = 0.07
/** The most that all stretched waits take together. */
const MOST_TOGETHER = 0.6

interface Stretch {
  from: number
  to: number
  isWait: boolean
}

/** The whole time from `start` to `end` as waits and what is between them. */
function stretchesOf(start: number, end: number, waits: readonly { from: number; to: number }[]): Stretch[] {
  const stretches: Stretch[] = []
  let at = start
  for (const { from, to } of waits) {
    if (from > at) stretches.push({ from: at, to: from, isWait: false })
    if (to > Math.max(at, from)) stretches.push({ from: Math.max(at, from), to, isWait: true })
    at = Math.max(at, to)
  }
  if (end > at) stretches.push({ from: at, to: end, isWait: false })
  return stretches
}

/** The parts of the line: to scale, but a wait has at least `LEAST` of it. */
function sharesOf(stretches: readonly Stretch[]): { share: number; isStretched: boolean }[] {
  const waits = stretches.filter(({ isWait }) => isWait).length
  const least = Math.min(LEAST, MOST_TOGETHER / Math.max(1, waits))
  const stretched = new Set<Stretch>()
  for (;;) {
    const rest = stretches.filter(one => !stretched.has(one))
    const total = rest.reduce((sum, { from, to }) => sum + to - from, 0)
    const left = 1 - least * stretched.size
    const short = rest.filter(({ from, to, isWait }) => isWait && ((to - from) / total) * left < least)
    if (short.length === 0 || short.length === rest.length)
      return stretches.map(one =>
        stretched.has(one)
          ? { share: least, isStretched: true }
          : { share: ((one.to - one.from) / total) * left, isStretched: false },
      )
    for (const one of short) stretched.add(one)
  }
}

/** The scale from `start` to `end`, ms; `waits` in order. Where no time passes every instant is at 0. */
export function scaleOf(start: number, end: number, waits: readonly { from: number; to: number }[]): Scale {
  const stretches = stretchesOf(start, end, waits)
  let x = 0
  const pieces = sharesOf(stretches).map(({ share, isStretched }, i): Piece => {
    const { from, to } = stretches[i] ?? { from: start, to: end }
    const piece = { from, to, x0: x, x1: x + share, isStretched }
    x = piece.x1
    return piece
  })
  return {
    pieces,
    at: ms => {
      const piece = pieces.find(({ to }) => ms <= to)
      if (piece === undefined) return pieces.length === 0 ? 0 : 1
      if (ms <= piece.from) return piece.x0
      return piece.x0 + ((ms - piece.from) / (piece.to - piece.from)) * (piece.x1 - piece.x0)
    },
  }
}

/** Rows for marks that would cover each other: the first row in which each has room. `places` rise. */
export function rowsOf(places: readonly number[], width: number, rows: number): number[] {
  const ends: number[] = []
  return places.map((place, i) => {
    const free = Array.from({ length: rows }, (_, row) => row).find(row => (ends[row] ?? -1) <= place)
    const row = free ?? i % rows
    ends[row] = place + width
    return row
  })
}
