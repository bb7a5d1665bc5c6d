// The headers of a request or a response, in the order in which they were sent.
import { PlainText } from './plain-text.js'

/** A list of headers. */
export function HeaderTable({
  caption,
  headers,
}: {
  caption: string
  headers: readonly { name: string; value: string }[]
}) {
  if (headers.length === 0) return <p class="quiet-text">{caption}: none.</p>
  return (
    <table class="headers">
      <caption>{caption}</caption>
      <tbody>
        {headers.map(({ name, value }, i) => (
          // A header may come twice.
          <tr key={`${i} ${name}`}>
            <th scope="row" class="mono">
              <PlainText text={name} />
            </th>
            <td class="mono">
              <PlainText text={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
