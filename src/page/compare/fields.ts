// Two values compared field by field.
import type { Json } from '../../core/json.js'

/** A field; a side that does not have it is undefined. Values are as JSON. */
export interface FieldRow {
  path: string
  left: string | undefined
  right: string | undefined
}

/** Fields that are compared; more would freeze the page. */
const MOST_FIELDS = 20_000

/** The leaves of a value as JSON by path; an empty list or object is a leaf. Stops at `most`. */
function leavesOf(value: Json, most: number): Map<string, string> {
  const leaves = new Map<string, string>()
  const walk = (inner: Json, path: string) => {
    if (leaves.size >= most) return
    const members: [string, Json][] = Array.isArray(inner)
      ? inner.map((item, i) => [`[${i}]`, item])
      : typeof inner === 'object' && inner !== null
        ? Object.entries(inner).map(([key, item]) => [path === '' ? key : `.${key}`, item])
        : []
    if (members.length === 0) leaves.set(path, JSON.stringify(inner))
    for (const [key, item] of members) walk(item, path + key)
  }
  walk(value, '')
  return leaves
}

/** Compares two values: the fields that differ, in the order of the left and then of the right, and how many are equal. */
export function compareFields(left: Json, right: Json): { rows: FieldRow[]; equal: number; isCut: boolean } {
  const [a, b] = [leavesOf(left, MOST_FIELDS), leavesOf(right, MOST_FIELDS)]
  const paths = [...new Set([...a.keys(), ...b.keys()])]
  const rows = paths
    .map(path => ({ path, left: a.get(path), right: b.get(path) }))
    .filter(row => row.left !== row.right)
  return { rows, equal: paths.length - rows.length, isCut: a.size >= MOST_FIELDS || b.size >= MOST_FIELDS }
}
