// The difference of a payload to its sample, field by field.
import { PlainText } from '../components/plain-text.js'
import { shortText } from '../form/controls.js'
import { type Change, pathText } from '../json/changes.js'

/** A table of changes. */
export function Differences({ changes }: { changes: readonly Change[] }) {
  if (changes.length === 0) return <p class="quiet-text">It is the sample as it is.</p>
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Sample</th>
            <th scope="col">Yours</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ path, from, to }) => (
            <tr key={pathText(path)}>
              <th scope="row">
                <PlainText text={pathText(path)} />
              </th>
              <td>{from === undefined ? <em>not there</em> : <PlainText text={shortText(from)} />}</td>
              <td>{to === undefined ? <em>left out</em> : <PlainText text={shortText(to)} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
