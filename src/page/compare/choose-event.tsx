// The newest other events of a type, each with a link that compares it.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Event } from '../../api/event.js'
import type { Page } from '../../api/page.js'
import { hrefOf } from '../address.js'
import { get } from '../api.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Time } from '../components/time.js'

/** How many are listed. */
const LISTED = 20

/** Links that compare an event with others of its type. */
export function ChooseEvent({ event: { id, provider, type } }: { event: Event }) {
  const others = useSignal<readonly Event[] | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  useEffect(() => {
    const control = new AbortController()
    get<Page<Event>>('/events', { provider, type, limit: LISTED }, control.signal).then(
      ({ items }) => {
        others.value = items.filter(other => other.id !== id)
      },
      (error: unknown) => {
        if (!control.signal.aborted) failure.value = error
      },
    )
    return () => control.abort()
  }, [id, provider, type])
  if (failure.value) return <ErrorNote error={failure.value} />
  if (others.value === undefined) return null
  if (others.value.length === 0) return <p>There is no other.</p>
  return (
    <ul class="story">
      {others.value.map(other => (
        <li key={other.id}>
          <a href={hrefOf('compare', { ids: ['events', other.id, id] })}>
            compare with <PlainText text={other.id} />
          </a>{' '}
          <Time at={other.createdAt} />{' '}
          {other.subject !== null && (
            <span class="quiet-text">
              about <PlainText text={other.subject} />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
