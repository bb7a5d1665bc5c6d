// How the stream is, in words: live, or lost and being connected again.
import { connection } from '../stream.js'
import { Badge } from './badge.js'

/** The state of the stream. */
export function ConnectionNote() {
  return (
    <span role="status" class="connection">
      {connection.value === 'live' && <Badge tone="good">live</Badge>}
      {connection.value === 'connecting' && <Badge tone="waiting">connecting</Badge>}
      {connection.value === 'lost' && (
        <Badge tone="bad" title="Trying again. What happens meanwhile is shown once the server answers again.">
          connection lost
        </Badge>
      )}
      {connection.value === 'refused' && <Badge tone="bad">refused by the server</Badge>}
    </span>
  )
}
