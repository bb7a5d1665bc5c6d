// Ids that look like an example: its prefix stays, the rest is a pattern of the same characters.

/** The keyword of a schema that holds the pattern of its generated values; it decides nothing about valid ones. */
export const LIKE = 'x-standin-like'

/** True for the name of a property that holds an id. */
export const isIdName = (name: string): boolean => /^(id|uuid|guid)$|(_id|Id|ID|_uuid|Uuid)$/.test(name)

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** Longer examples are no ids that anybody reads. */
const LONGEST = 200

/** The characters of an id: those of the kinds that its example has. */
function charactersOf(text: string): string {
  if (/^[0-9a-f]{16,}$/.test(text)) return '[0-9a-f]'
  const kinds = ['0-9', 'a-z', 'A-Z'].filter(kind => new RegExp(`[${kind}]`).test(text))
  return `[${kinds.join('')}]`
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A pattern for ids of the form of an example: `app_8f3kd92k` gives `^app_[0-9a-z]{8}$`. */
export function likePattern(example: string): string {
  if (UUID.test(example)) return '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
  const [, prefix = '', rest = ''] = /^(.*[_:-])?([^_:-]{4,})$/s.exec(example.slice(0, LONGEST)) ?? []
  const own = rest === '' ? example.slice(0, LONGEST) : rest
  const characters = charactersOf(own.replace(/[^A-Za-z0-9]/g, ''))
  const varied = own.replace(/[A-Za-z0-9]+|[^A-Za-z0-9]+/g, run =>
    /[A-Za-z0-9]/.test(run) ? `${characters}{${run.length}}` : literal(run),
  )
  return `^${rest === '' ? '' : literal(prefix)}${varied}$`
}
