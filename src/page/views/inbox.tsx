// The inbox: deliveries as they happen, newest first.
import { useEffect } from 'preact/hooks'
import { hrefOf } from '../address.js'
import { Countdown } from '../components/countdown.js'
import { DeliveryStatus } from '../components/delivery-status.js'
import { Empty } from '../components/empty.js'
import { ErrorNote } from '../components/error-note.js'
import { Time } from '../components/time.js'
import { now } from '../state/clock.js'
import { failure, followInbox, rows } from '../state/inbox.js'

/** The list of deliveries. */
export default function Inbox() {
  useEffect(followInbox, [])
  if (failure.value) return <ErrorNote error={failure.value} />
  if (rows.value === undefined) return null
  if (rows.value.length === 0) return <Empty title="No deliveries yet" />
  return (
    <table class="list">
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Provider</th>
          <th scope="col">Type</th>
          <th scope="col">Attempts</th>
          <th scope="col">Status</th>
          <th scope="col">Next try</th>
        </tr>
      </thead>
      <tbody>
        {rows.value.map(row => (
          <tr key={row.id}>
            <td>
              <Time at={row.createdAt} today={now.value} />
            </td>
            <td>{row.provider}</td>
            <td>
              <a href={hrefOf('deliveries', { ids: [row.id] })}>{row.type}</a>
            </td>
            <td>{row.attemptCount}</td>
            <td>
              <DeliveryStatus status={row.status} />
            </td>
            <td>{row.dueAt && <Countdown at={row.dueAt} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
