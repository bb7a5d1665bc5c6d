// Two texts compared line by line.

/** One row of the comparison; a side that is absent has no such line. Numbers count from 1. */
export interface LineRow {
  kind: 'same' | 'changed' | 'removed' | 'added'
  left?: { number: number; text: string }
  right?: { number: number; text: string }
}

/** Lines times lines that are compared exactly; beyond it the differing middle is shown as one block on each side. */
const MOST_WORK = 4_000_000

/** For each line of `a` and `b` whether it is part of the longest common sequence. */
function commonIn(a: readonly string[], b: readonly string[]): { a: boolean[]; b: boolean[] } {
  const common = { a: a.map(() => false), b: b.map(() => false) }
  if (a.length * b.length > MOST_WORK) return common
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      common.a[i++] = true
      common.b[j++] = true
    } else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++
    else j++
  }
  return common
}

/** Compares two texts; lines that differ at the same place stand side by side. */
export function compareLines(left: string, right: string): LineRow[] {
  const [a, b] = [left.split('\n'), right.split('\n')]
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const common = commonIn(a.slice(start, a.length - end), b.slice(start, b.length - end))
  const isSame = (side: 'a' | 'b', index: number, length: number) =>
    index < start || index >= length - end || common[side][index - start] === true
  const rows: LineRow[] = []
  const line = (lines: readonly string[], index: number) => ({ number: index + 1, text: lines[index] ?? '' })
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const onLeft = i < a.length && !isSame('a', i, a.length)
    const onRight = j < b.length && !isSame('b', j, b.length)
    if (onLeft && onRight) rows.push({ kind: 'changed', left: line(a, i++), right: line(b, j++) })
    else if (onLeft) rows.push({ kind: 'removed', left: line(a, i++) })
    else if (onRight) rows.push({ kind: 'added', right: line(b, j++) })
    else rows.push({ kind: 'same', left: line(a, i++), right: line(b, j++) })
  }
  return rows
}
