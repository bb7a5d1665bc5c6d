// One event beside its subject: what it says, whom it went to and why, and the story that it belongs to.
import { useEffect, useMemo } from 'preact/hooks'
import type { Delivery } from '../../api/delivery.js'
import type { EventDetail } from '../../api/event.js'
import { hrefOf } from '../address.js'
import { ChooseEvent } from '../compare/choose-event.js'
import { BodyView } from '../components/body-view.js'
import { Countdown } from '../components/countdown.js'
import { DeliveryStatus } from '../components/delivery-status.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { Section } from '../components/section.js'
import { utf8Length } from '../components/sizes.js'
import { Time } from '../components/time.js'
import { liveSubscriptions } from '../state/catalog.js'
import { now } from '../state/clock.js'
import { liveEvent } from '../state/event.js'
import { SubjectPanel } from '../subject/subject-panel.js'
import type { ViewProps } from '../view.js'

/** A link that compares the last attempts of two deliveries. */
function CompareDeliveries({ left, right }: { left: Delivery | undefined; right: Delivery }) {
  if (left === undefined || left.id === right.id || right.attemptCount === 0) return null
  const ids = ['attempts', left.id, String(left.attemptCount), right.id, String(right.attemptCount)]
  return <a href={hrefOf('compare', { ids })}>compare with {left.id}</a>
}

/** A line for each subscription: its delivery, or why it got none. */
function Deliveries({ event, urls }: { event: EventDetail; urls: ReadonlyMap<string, string> }) {
  if (event.why.length === 0 && event.deliveries.length === 0)
    return (
      <p>
        Nobody is subscribed. <a href={hrefOf('subscriptions')}>Make a subscription</a>.
      </p>
    )
  const attempted = event.deliveries.filter(one => one.attemptCount > 0)
  const gone = event.deliveries.filter(
    one => !event.why.some(({ subscriptionId }) => subscriptionId === one.subscriptionId),
  )
  const lines = [
    ...event.why.map(({ subscriptionId, why }) => ({ subscriptionId, why })),
    ...gone.map(({ subscriptionId }) => ({ subscriptionId, why: 'its subscription was removed' })),
  ]
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Subscription</th>
            <th scope="col">Delivery</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ subscriptionId, why }) => {
            const delivery = event.deliveries.find(one => one.subscriptionId === subscriptionId)
            return (
              <tr key={subscriptionId}>
                <th scope="row">
                  <PlainText text={subscriptionId} /> <PlainText text={urls.get(subscriptionId) ?? ''} />
                </th>
                <td>
                  {delivery ? (
                    <>
                      <a href={hrefOf('deliveries', { ids: [delivery.id] })}>{delivery.id}</a>{' '}
                      <DeliveryStatus status={delivery.status} /> {delivery.dueAt && <Countdown at={delivery.dueAt} />}{' '}
                      <CompareDeliveries left={attempted[0]} right={delivery} />
                    </>
                  ) : (
                    'none'
                  )}
                </td>
                <td>
                  {delivery?.status === 'waiting' && delivery.dueAt !== null ? (
                    <>
                      still waiting until <Time at={delivery.dueAt} today={now.value} />{' '}
                      <span class="quiet-text">({delivery.dueReason})</span>
                    </>
                  ) : (
                    <PlainText text={why} />
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

/** The view of one event: `#/events/ev_1`. */
export default function Event({ ids: [id = ''] }: ViewProps) {
  const { value, failure, follow } = useMemo(() => liveEvent(id), [id])
  useEffect(follow, [follow])
  const subscriptions = useMemo(liveSubscriptions, [])
  useEffect(subscriptions.follow, [])
  const urls = new Map(subscriptions.value.value?.map(({ id, url }) => [id, url]))
  const event = value.value
  if (event === undefined) return <ErrorNote error={failure.value} />
  const text = JSON.stringify(event.payload)
  return (
    <div class="stack">
      <ErrorNote error={failure.value} />
      <dl class="facts">
        <div>
          <dt>Type</dt>
          <dd>
            <PlainText text={event.type} /> {event.variant !== null && <span class="quiet-text">{event.variant}</span>}
          </dd>
        </div>
        <div>
          <dt>Provider</dt>
          <dd>
            {event.provider} <span class="quiet-text">{event.channel}</span>
          </dd>
        </div>
        <div>
          <dt>Happened</dt>
          <dd>
            <Time at={event.createdAt} today={now.value} />
          </dd>
        </div>
        <div>
          <dt>Event</dt>
          <dd>
            <PlainText text={event.id} />
          </dd>
        </div>
        {event.account !== null && (
          <div>
            <dt>Account</dt>
            <dd>
              <PlainText text={event.account} />
            </dd>
          </div>
        )}
      </dl>
      <p>
        <a href={hrefOf('send', { query: { like: event.id } })}>Send again like this</a>
      </p>
      {event.warnings.length > 0 && (
        <section class="panel stack" aria-labelledby="event-warnings">
          <h2 id="event-warnings">What was unusual about it</h2>
          <ul class="plain-list warnings" aria-label="Warnings">
            {event.warnings.map(warning => (
              <li key={warning}>
                <span aria-hidden="true">⚠</span> <PlainText text={warning} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <div class="columns">
        <div class="stack">
          <section class="panel stack" aria-label="Deliveries">
            <h2>Deliveries</h2>
            <Deliveries event={event} urls={urls} />
          </section>
          <section class="panel stack" aria-label="Payload">
            <h2>What it says</h2>
            <BodyView label="Payload" text={text} bytes={utf8Length(text)} />
          </section>
          <Section title="Compare with another event of this type">{() => <ChooseEvent event={event} />}</Section>
        </div>
        {event.subject !== null && <SubjectPanel provider={event.provider} id={event.subject} eventId={event.id} />}
      </div>
    </div>
  )
}
