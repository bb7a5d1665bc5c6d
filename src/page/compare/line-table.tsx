// Two texts line by line, side by side; equal stretches are folded.
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { PlainText } from '../components/plain-text.js'
import { compareLines, type LineRow } from './lines.js'

/** Equal lines that are shown around a difference. */
const AROUND = 3
/** Rows that are shown at once: more would freeze the page. */
const MOST_ROWS = 2000

const MARKS: Readonly<Record<LineRow['kind'], string>> = {
  same: '',
  changed: 'changed',
  removed: 'only left',
  added: 'only right',
}

/** The rows to show: those near a difference; a number stands for that many equal rows left out. */
function folded(rows: readonly LineRow[]): (LineRow | number)[] {
  const near = rows.map(() => false)
  rows.forEach((row, i) => {
    if (row.kind !== 'same')
      for (let k = Math.max(0, i - AROUND); k <= Math.min(rows.length - 1, i + AROUND); k++) near[k] = true
  })
  const shown: (LineRow | number)[] = []
  rows.forEach((row, i) => {
    const last = shown.at(-1)
    if (near[i]) shown.push(row)
    else if (typeof last === 'number') shown[shown.length - 1] = last + 1
    else shown.push(1)
  })
  return shown
}

function Cell({ side, kind }: { side: LineRow['left']; kind: 'removed' | 'added' | 'same' }) {
  return (
    <>
      <td class="line-number">{side?.number}</td>
      <td class={`mono line ${side ? kind : 'absent'}`}>{side && <PlainText text={side.text} />}</td>
    </>
  )
}

/** The comparison of two texts. */
export function LineTable({
  caption,
  left,
  right,
  level: Heading = 'h2',
}: {
  caption: string
  left: string
  right: string
  level?: 'h2' | 'h4' | undefined
}) {
  const rows = useMemo(() => compareLines(left, right), [left, right])
  const isWhole = useSignal(false)
  const differing = rows.filter(({ kind }) => kind !== 'same').length
  const shown = isWhole.value ? rows : folded(rows)
  return (
    <div class="stack">
      <Heading>{caption}</Heading>
      {differing === 0 ? (
        <p>
          No difference in {rows.length} {rows.length === 1 ? 'line' : 'lines'}.
        </p>
      ) : (
        <>
          <div>
            <button
              type="button"
              aria-pressed={isWhole.value}
              onClick={() => {
                isWhole.value = !isWhole.value
              }}
            >
              Show equal lines too
            </button>
          </div>
          <table class="compared lines">
            <colgroup>
              <col class="line-number" />
              <col />
              <col class="line-number" />
              <col />
              <col class="difference" />
            </colgroup>
            <thead>
              <tr>
                <th scope="col" colSpan={2}>
                  Left
                </th>
                <th scope="col" colSpan={2}>
                  Right
                </th>
                <th scope="col">Difference</th>
              </tr>
            </thead>
            <tbody>
              {shown.slice(0, MOST_ROWS).map((row, i) =>
                typeof row === 'number' ? (
                  <tr key={`folded ${i}`}>
                    <td colSpan={5} class="quiet-text">
                      … {row} equal {row === 1 ? 'line' : 'lines'}
                    </td>
                  </tr>
                ) : (
                  <tr key={`${row.left?.number} ${row.right?.number}`}>
                    <Cell side={row.left} kind={row.kind === 'same' ? 'same' : 'removed'} />
                    <Cell side={row.right} kind={row.kind === 'same' ? 'same' : 'added'} />
                    <td class="quiet-text">{MARKS[row.kind]}</td>
                  </tr>
                ),
              )}
            </tbody>
          </table>
          {shown.length > MOST_ROWS && <p class="quiet-text">{shown.length - MOST_ROWS} more rows are not shown.</p>}
        </>
      )}
    </div>
  )
}
