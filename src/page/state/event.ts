// One event and its subject as the page follows them: the deliveries, the present state, and the story so far.
import type { Event, EventDetail } from '../../api/event.js'
import type { Page } from '../../api/page.js'
import type { Subject, SubjectDetail } from '../../api/subject.js'
import { get, segment } from '../api.js'
import { type Live, liveOf } from './live.js'

/** An event with its deliveries, kept up to date. */
export function liveEvent(id: string): Live<EventDetail> {
  return liveOf(
    abort => get<EventDetail>(`/events/${segment(id)}`, {}, abort),
    entry => ('delivery' in entry && entry.delivery.eventId === id) || entry.kind === 'subscription.changed',
  )
}

/** A subject with everything of its story. */
export interface Story {
  subject: SubjectDetail
  /** All subjects of the story, this one included, newest first. */
  subjects: readonly Subject[]
  /** Its newest events, oldest first. */
  events: readonly Event[]
  /** There are earlier events that are not read. */
  hasEarlier: boolean
}

/** A subject's story, kept up to date; of a long one the newest events. */
export function liveStory(provider: string, id: string, most: () => number): Live<Story> {
  return liveOf(
    async abort => {
      const subject = await get<SubjectDetail>(`/subjects/${segment(id)}`, { provider }, abort)
      const of = { provider, story: subject.story }
      const [subjects, events] = await Promise.all([
        get<Page<Subject>>('/subjects', { ...of, limit: 100 }, abort),
        get<Page<Event>>('/events', { ...of, limit: most() }, abort),
      ])
      return {
        subject,
        subjects: subjects.items,
        events: events.items.toReversed(),
        hasEarlier: events.next !== null,
      }
    },
    (entry, known) => {
      if (entry.kind === 'subject.moved')
        return (
          entry.subject.provider === provider &&
          (entry.subject.id === id || entry.subject.story === known?.subject.story)
        )
      if (entry.kind !== 'event.triggered' || entry.event.provider !== provider) return false
      const { subject } = entry.event
      return subject === id || known?.subjects.some(one => one.id === subject) === true
    },
  )
}
