// Two bodies: field by field where both are JSON, and line by line.
import type { Json } from '../../core/json.js'
import { FieldTable } from './field-table.js'
import { compareFields } from './fields.js'
import { LineTable } from './line-table.js'

function jsonOf(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The comparison of two bodies; `level` is that of its headings. */
export function BodyComparison({
  caption,
  left,
  right,
  level,
}: {
  caption: string
  left: string
  right: string
  level?: 'h2' | 'h4' | undefined
}) {
  const [a, b] = [jsonOf(left), jsonOf(right)]
  if (a === undefined || b === undefined)
    return <LineTable level={level} caption={`${caption}, line by line`} left={left} right={right} />
  const { rows, equal, isCut } = compareFields(a.value, b.value)
  const pretty = (value: Json) => JSON.stringify(value, null, 2)
  return (
    <>
      <FieldTable level={level} caption={`${caption}, field by field`} rows={rows} equal={equal} />
      {isCut && <p class="quiet-text">Only the first 20,000 fields were compared.</p>}
      {left === right ? (
        <p>The bytes are the same.</p>
      ) : (
        <LineTable
          level={level}
          caption={`${caption}, line by line (indented)`}
          left={pretty(a.value)}
          right={pretty(b.value)}
        />
      )}
    </>
  )
}
