// Two attempts or two events side by side: what differs, field by field and line by line.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Attempt } from '../../api/attempt.js'
import type { Event } from '../../api/event.js'
import { hrefOf } from '../address.js'
import { get, segment } from '../api.js'
import { AttemptComparison } from '../compare/attempts.js'
import { EventComparison } from '../compare/events.js'
import { Empty } from '../components/empty.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import type { ViewProps } from '../view.js'

type Pair = { kind: 'attempts'; left: Attempt; right: Attempt } | { kind: 'events'; left: Event; right: Event }

async function read([kind, a = '', b = '', c = '', d = '']: readonly string[], abort: AbortSignal): Promise<Pair> {
  if (kind === 'events') {
    const one = (id: string) => get<Event>(`/events/${segment(id)}`, {}, abort)
    const [left, right] = await Promise.all([one(a), one(b)])
    return { kind, left, right }
  }
  const one = (id: string, number: string) =>
    get<Attempt>(`/deliveries/${segment(id)}/attempts/${segment(number)}`, {}, abort)
  const [left, right] = await Promise.all([one(a, b), one(c, d)])
  return { kind: 'attempts', left, right }
}

function Sides({ pair }: { pair: Pair }) {
  const links =
    pair.kind === 'events'
      ? [pair.left, pair.right].map(({ id, type }) => ({
          href: hrefOf('events', { ids: [id] }),
          text: `${type} ${id}`,
        }))
      : [pair.left, pair.right].map(({ deliveryId, number }) => ({
          href: hrefOf('deliveries', { ids: [deliveryId], query: { attempt: String(number) } }),
          text: `attempt ${number} of ${deliveryId}`,
        }))
  const [left, right] = links
  return (
    <dl class="facts">
      <div>
        <dt>Left</dt>
        <dd>
          <a href={left?.href}>
            <PlainText text={left?.text ?? ''} />
          </a>
        </dd>
      </div>
      <div>
        <dt>Right</dt>
        <dd>
          <a href={right?.href}>
            <PlainText text={right?.text ?? ''} />
          </a>
        </dd>
      </div>
    </dl>
  )
}

/** The view of a comparison: `#/compare/attempts/dl_1/1/dl_1/2` or `#/compare/events/ev_1/ev_2`. */
export default function Compare({ ids }: ViewProps) {
  const pair = useSignal<Pair | undefined>(undefined)
  const failure = useSignal<unknown>(undefined)
  const isKnown = (ids[0] === 'attempts' && ids.length === 5) || (ids[0] === 'events' && ids.length === 3)
  useEffect(() => {
    if (!isKnown) return
    const control = new AbortController()
    read(ids, control.signal).then(
      got => {
        pair.value = got
      },
      (error: unknown) => {
        if (!control.signal.aborted) failure.value = error
      },
    )
    return () => control.abort()
  }, [])
  if (!isKnown)
    return (
      <Empty title="What is to be compared?">
        <p>Choose another attempt in a delivery, or “compare” beside an event of the same story.</p>
      </Empty>
    )
  if (failure.value) return <ErrorNote error={failure.value} />
  const shown = pair.value
  if (shown === undefined) return null
  return (
    <div class="stack">
      <Sides pair={shown} />
      {shown.kind === 'attempts' ? (
        <AttemptComparison left={shown.left} right={shown.right} />
      ) : (
        <EventComparison left={shown.left} right={shown.right} />
      )}
    </div>
  )
}
