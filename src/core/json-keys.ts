// Which keys of a JSON text would not arrive as they are written: one given twice, and whole numbers that JavaScript puts first.

/** A finding in a JSON text. */
export interface LostKey {
  /** The keys and indices that lead to it, dotted. */
  path: string
  /** One sentence. */
  message: string
  hint: string
}

/** An object or list that is open where the text is read; a list has no keys. */
interface Open {
  keys: Set<string> | undefined
  /** The key or index that is read now. */
  at: string | number
  /** True where the order of keys is part of what is sent. */
  isOrdered: boolean
  hasName: boolean
  last: number
}

/** A key that JavaScript puts before all others: a whole number below 2^32 - 1 without leading zeros. */
const isIndex = (key: string) => /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1

/**
 * The first key of a JSON text, which JSON.parse accepts, that is given twice in its object; or that would be moved, where the order is
 * part of what is sent: inside the members `ordered` of the root, or everywhere (true).
 */
export function lostKey(json: string, ordered: readonly string[] | true = []): LostKey | undefined {
  const open: Open[] = []
  const pathOf = () => open.map(({ at }) => at).join('.')
  for (const { 0: token, 1: isKey } of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[[\]{},]/gs)) {
    const here = open.at(-1)
    if (token === '{' || token === '[') {
      const isOrdered =
        ordered === true ||
        (here !== undefined && (here.isOrdered || (open.length === 1 && ordered.includes(String(here.at)))))
      open.push({ keys: token === '{' ? new Set() : undefined, at: 0, isOrdered, hasName: false, last: -1 })
    } else if (token === '}' || token === ']') open.pop()
    else if (token === ',' && here !== undefined && here.keys === undefined) here.at = Number(here.at) + 1
    else if (isKey !== undefined && here?.keys !== undefined) {
      const quoted = token.slice(0, token.length - isKey.length)
      const key = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1)
      here.at = key
      if (here.keys.has(key))
        return { path: pathOf(), message: 'The key is given twice in one object.', hint: 'Remove one of them.' }
      here.keys.add(key)
      if (!here.isOrdered) continue
      if (!isIndex(key)) here.hasName = true
      else if (here.hasName || Number(key) < here.last)
        return {
          path: pathOf(),
          message: 'The key would be sent before keys that are written before it.',
          hint: 'Write keys that are whole numbers first, in rising order; or send "raw" as a text, which is sent as it is.',
        }
      else here.last = Number(key)
    }
  }
  return undefined
}
