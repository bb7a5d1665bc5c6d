// The life of a delivery in the shape of api/: times in RFC 3339, faults with what they do.
import type { DeliveryLife } from '../../api/delivery-life.js'
import { FAULTS } from '../../core/fault-descriptions.js'
import { maskedUrl } from '../../core/mask.js'
import type { DeliveryView, Emulator } from '../../emulator/contract.js'
import { lifeOf } from '../../emulator/life.js'
import { attemptSummaryView, deliveryView } from './views.js'

const at = (ms: number) => new Date(ms).toISOString()

const aboutFault = (name: string): string => (name in FAULTS ? FAULTS[name as keyof typeof FAULTS].about : '')

/** A delivery from its event until now. */
export function deliveryLifeView({ clock }: Pick<Emulator, 'clock'>, view: DeliveryView): DeliveryLife {
  const { delivery, event, subscription } = view
  const { waits, attempts, next, actions } = lifeOf(view, realMs => realMs * clock.speed)
  return {
    ...deliveryView(delivery),
    url: subscription ? maskedUrl(subscription.url) : null,
    subject: event.subject,
    variant: event.variant,
    now: at(clock.now()),
    clock: clock.kind,
    waits: waits.map(({ before, from, to, cause, reason }) => ({ before, from: at(from), to: at(to), cause, reason })),
    attempts: attempts.map(({ attempt, endedAt, counted }) => ({
      ...attemptSummaryView(attempt),
      endedAt: endedAt === null ? null : at(endedAt),
      firedFaults: attempt.faults.map(name => ({ name, about: aboutFault(name) })),
      retryAfter: attempt.answer?.headers.find(([name]) => name.toLowerCase() === 'retry-after')?.[1] ?? null,
      counted,
    })),
    next: next && { ...next, dueAt: at(next.dueAt) },
    actions,
  }
}
