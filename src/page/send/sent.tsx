// What came of a trigger: the event, what is unusual about it, and its deliveries as they go on.
import { useEffect, useMemo } from 'preact/hooks'
import type { TriggerResult } from '../../api/trigger-result.js'
import { hrefOf } from '../address.js'
import { Countdown } from '../components/countdown.js'
import { DeliveryStatus } from '../components/delivery-status.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { liveEvent } from '../state/event.js'

/** The answer of a trigger, kept up to date. */
export function Sent({ result: { event, warnings, notDelivered } }: { result: TriggerResult }) {
  const { value, failure, follow } = useMemo(() => liveEvent(event.id), [event.id])
  useEffect(follow, [follow])
  const deliveries = value.value?.deliveries ?? []
  return (
    <section class="panel stack" aria-labelledby="sent">
      <h2 id="sent">
        Sent <PlainText text={event.type} /> as{' '}
        <a href={hrefOf('events', { ids: [event.id] })}>
          <PlainText text={event.id} />
        </a>
      </h2>
      <ErrorNote error={failure.value} />
      {warnings.length > 0 && (
        <ul class="plain-list warnings" aria-label="Warnings">
          {warnings.map(warning => (
            <li key={warning}>
              ⚠ <PlainText text={warning} />
            </li>
          ))}
        </ul>
      )}
      <ul class="plain-list" aria-label="Deliveries">
        {deliveries.map(({ id, subscriptionId, status, dueAt }) => (
          <li key={id}>
            <a href={hrefOf('deliveries', { ids: [id] })}>{id}</a> to {subscriptionId}{' '}
            <DeliveryStatus status={status} /> {dueAt && <Countdown at={dueAt} />}
          </li>
        ))}
        {notDelivered.map(({ subscriptionId, why }) => (
          <li key={subscriptionId}>
            Not to {subscriptionId}: <PlainText text={why} />
          </li>
        ))}
        {value.value && deliveries.length === 0 && notDelivered.length === 0 && <li>Nobody is subscribed.</li>}
      </ul>
      <p>
        <a href={hrefOf('send', { query: { like: event.id } })}>Send again like this</a>
      </p>
    </section>
  )
}
