// Fields of two things that differ, side by side.
import { PlainText } from '../components/plain-text.js'
import type { FieldRow } from './fields.js'

/** The differing fields of one part; `equal` is how many others there are. */
export function FieldTable({
  caption,
  rows,
  equal,
  level: Heading = 'h2',
}: {
  caption: string
  rows: readonly FieldRow[]
  equal: number
  level?: 'h2' | 'h4' | undefined
}) {
  return (
    <div class="stack">
      <Heading>{caption}</Heading>
      {rows.length === 0 ? (
        <p>
          No difference in {equal} {equal === 1 ? 'field' : 'fields'}.
        </p>
      ) : (
        <>
          <table class="compared">
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Left</th>
                <th scope="col">Right</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ path, left, right }) => (
                <tr key={path}>
                  <th scope="row" class="mono">
                    <PlainText text={path === '' ? 'the whole' : path} />
                  </th>
                  <td class="mono removed">{left === undefined ? <i>absent</i> : <PlainText text={left} />}</td>
                  <td class="mono added">{right === undefined ? <i>absent</i> : <PlainText text={right} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="quiet-text">
            {equal} equal {equal === 1 ? 'field is' : 'fields are'} not shown.
          </p>
        </>
      )}
    </div>
  )
}
