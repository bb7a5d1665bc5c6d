// A subject as the provider knows it now: its state, the moves that can be made, what it will do by itself, and its story so far.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { SubjectDetail } from '../../api/subject.js'
import { hrefOf } from '../address.js'
import { segment, send } from '../api.js'
import { Badge } from '../components/badge.js'
import { Countdown } from '../components/countdown.js'
import { ErrorNote } from '../components/error-note.js'
import { JsonTree } from '../components/json-tree.js'
import { PlainText } from '../components/plain-text.js'
import { Section } from '../components/section.js'
import { Time } from '../components/time.js'
import { useAction } from '../components/use-action.js'
import { now } from '../state/clock.js'
import { liveStory, type Story } from '../state/event.js'

/** Events of a story that are read at once. */
const EVENTS_AT_ONCE = 50

/** Buttons for the states that it can be moved to. */
function Moves({ subject, onDone }: { subject: SubjectDetail; onDone: () => void }) {
  const { isBusy, error, run } = useAction()
  if (subject.moves.length === 0) return <p class="quiet-text">It cannot be moved by hand from here.</p>
  return (
    <div class="stack">
      <fieldset class="row moves">
        <legend>Move it to</legend>
        {subject.moves.map(to => (
          <button
            key={to}
            type="button"
            disabled={isBusy}
            onClick={() =>
              run(async () => {
                await send('POST', `/subjects/${segment(subject.id)}/moves`, { to })
                onDone()
              })
            }
          >
            {to}
          </button>
        ))}
      </fieldset>
      <ErrorNote error={error} />
    </div>
  )
}

function Timers({ timers }: Pick<SubjectDetail, 'timers'>) {
  if (timers.length === 0) return null
  return (
    <ul class="timers">
      {timers.map(({ name, at }) => (
        <li key={name}>
          By itself: {name} at <Time at={at} today={now.value} />, <Countdown at={at} />.
        </li>
      ))}
    </ul>
  )
}

/** The events of the story in order; `eventId` is the one that is shown beside it. */
function StoryList({
  story,
  eventId,
  onEarlier,
}: {
  story: Story
  eventId: string | undefined
  onEarlier: () => void
}) {
  return (
    <div class="stack">
      <h3>The story so far</h3>
      {story.hasEarlier && (
        <div>
          <button type="button" onClick={onEarlier}>
            Show earlier events
          </button>
        </div>
      )}
      {story.events.length === 0 ? (
        <p class="quiet-text">No event yet.</p>
      ) : (
        <ol class="story">
          {story.events.map(event => (
            <li key={event.id} aria-current={event.id === eventId ? 'true' : undefined}>
              <Time at={event.createdAt} today={now.value} />{' '}
              <a href={hrefOf('events', { ids: [event.id] })}>
                <PlainText text={event.type} />
              </a>{' '}
              {event.variant !== null && <span class="quiet-text">{event.variant}</span>}{' '}
              {event.subject !== null && event.subject !== story.subject.id && (
                <span class="quiet-text">
                  about <PlainText text={event.subject} />
                </span>
              )}
              {event.id === eventId ? (
                <Badge tone="busy">shown</Badge>
              ) : (
                eventId !== undefined && (
                  <a href={hrefOf('compare', { ids: ['events', event.id, eventId] })}>
                    compare<span class="visually-hidden"> {event.id} with the one shown</span>
                  </a>
                )
              )}
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

/** A subject beside the event `eventId`, or alone. */
export function SubjectPanel({ provider, id, eventId }: { provider: string; id: string; eventId?: string }) {
  const most = useSignal(EVENTS_AT_ONCE)
  const { value, failure, follow, again } = useMemo(
    () => liveStory(provider, id, () => most.peek()),
    [provider, id, most],
  )
  useEffect(follow, [follow])
  const story = value.value
  const { subject, subjects } = story ?? {}
  return (
    <section class="panel stack subject" aria-label="Subject">
      <h2>
        {subject ? subject.kind : 'Subject'}{' '}
        <a href={hrefOf('subjects', { ids: [provider, id] })}>
          <PlainText text={id} />
        </a>
      </h2>
      {story === undefined && <ErrorNote error={failure.value} />}
      {story && subject && (
        <>
          <p>
            Now <Badge tone="neutral">{subject.state}</Badge> since <Time at={subject.updatedAt} today={now.value} />.
          </p>
          <Moves subject={subject} onDone={again} />
          <Timers timers={subject.timers} />
          {subjects && subjects.length > 1 && (
            <p>
              Of the same story:{' '}
              {subjects
                .filter(other => other.id !== id)
                .map(other => (
                  <span key={other.id} class="sibling">
                    {other.kind}{' '}
                    <a href={hrefOf('subjects', { ids: [provider, other.id] })}>
                      <PlainText text={other.id} />
                    </a>{' '}
                    <Badge tone="neutral">{other.state}</Badge>
                  </span>
                ))}
            </p>
          )}
          <StoryList
            story={story}
            eventId={eventId}
            onEarlier={() => {
              most.value = Math.min(500, most.value * 4)
              again()
            }}
          />
          <Section title="What the provider knows of it">{() => <JsonTree value={subject.data} />}</Section>
        </>
      )}
    </section>
  )
}
