// One delivery: its state and what can be done, its life as a timeline and in words, and one attempt in full.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { DeliveryLife } from '../../api/delivery-life.js'
import { hrefOf } from '../address.js'
import { Countdown } from '../components/countdown.js'
import { DeliveryStatus } from '../components/delivery-status.js'
import { ErrorNote } from '../components/error-note.js'
import { PlainText } from '../components/plain-text.js'
import { AttemptPanel } from '../delivery/attempt-panel.js'
import { DeliveryActions } from '../delivery/delivery-actions.js'
import { LifeList } from '../delivery/life-list.js'
import { newestPart } from '../delivery/newest-part.js'
import { liveDelivery } from '../state/delivery.js'
import { Timeline } from '../timeline/timeline.js'
import type { ViewProps } from '../view.js'

function Facts({ life }: { life: DeliveryLife }) {
  return (
    <dl class="facts">
      <div>
        <dt>Event</dt>
        <dd>
          <a href={hrefOf('events', { ids: [life.eventId] })}>
            <PlainText text={life.type} />
          </a>{' '}
          {life.variant !== null && <span class="quiet-text">{life.variant}</span>}
        </dd>
      </div>
      <div>
        <dt>Provider</dt>
        <dd>
          {life.provider} <span class="quiet-text">{life.channel}</span>
        </dd>
      </div>
      {life.subject !== null && (
        <div>
          <dt>Subject</dt>
          <dd>
            <a href={hrefOf('subjects', { ids: [life.provider, life.subject] })}>
              <PlainText text={life.subject} />
            </a>
          </dd>
        </div>
      )}
      <div>
        <dt>Receiver</dt>
        <dd>
          {life.url === null ? 'its subscription was removed' : <PlainText text={life.url} />}{' '}
          <span class="quiet-text">
            <PlainText text={life.subscriptionId} />
          </span>
        </dd>
      </div>
      <div>
        <dt>Delivery</dt>
        <dd>
          {life.id}, {life.attemptCount} {life.attemptCount === 1 ? 'attempt' : 'attempts'}
        </dd>
      </div>
    </dl>
  )
}

/** The attempt that the address names, else the last. */
function attemptOf(life: DeliveryLife, asked: string | undefined): number | undefined {
  const named = life.attempts.find(({ number }) => String(number) === asked)
  return (named ?? life.attempts.at(-1))?.number
}

/** The view of one delivery: `#/deliveries/dl_1?attempt=2`. */
export default function Delivery({ ids: [id = ''], query }: ViewProps) {
  const { value, failure, follow, again } = useMemo(() => liveDelivery(id), [id])
  useEffect(follow, [follow])
  const isWhole = useSignal(false)
  const life = value.value
  if (life === undefined) return <ErrorNote error={failure.value} />
  const selected = attemptOf(life, query.attempt)
  const { part, leftOut } = isWhole.value ? { part: life, leftOut: 0 } : newestPart(life)
  const showAll = () => {
    isWhole.value = true
  }
  return (
    <div class="stack delivery">
      <ErrorNote error={failure.value} />
      <div class="row">
        <DeliveryStatus status={life.status} />
        {life.next && (
          <span>
            attempt {life.next.number} <Countdown at={life.next.dueAt} />
          </span>
        )}
      </div>
      <Facts life={life} />
      <DeliveryActions life={life} onDone={again} />
      <section class="panel stack" aria-label="Life">
        <h2>Life</h2>
        <Timeline life={part} isPart={leftOut > 0} />
        <LifeList life={part} selected={selected} leftOut={leftOut} onAll={showAll} />
      </section>
      {selected === undefined ? (
        <p>No attempt was made yet.</p>
      ) : (
        <AttemptPanel key={selected} life={life} number={selected} />
      )}
    </div>
  )
}
