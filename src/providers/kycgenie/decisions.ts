// Decisions of the compliance team about alerts and risk profiles; no event is documented for them. Source: Risk profiles, Review Status Values.
import type { Subject } from '../../core/subject.js'
import type { ProviderPort } from '../../provider/port.js'
import { entityOf, factsOf } from './entities.js'
import { reviewed } from './events/case.js'
import { alertsOf } from './things.js'

const DECISIONS: Readonly<Record<string, readonly string[]>> = {
  not_reviewed: ['in_review', 'false_positive', 'true_positive'],
  in_review: ['false_positive', 'true_positive'],
}

/** The states that an alert or risk profile can be brought to from this one. */
export function decisionsFrom(state: string): readonly string[] {
  return DECISIONS[state] ?? []
}

/** Decides about a risk profile, or about all of an alert that have no decision; alert and risk profiles agree afterwards. */
export async function decide(port: ProviderPort, subject: Subject, to: string): Promise<void> {
  const entity = entityOf(port, subject.story)
  const facts = entity && factsOf(entity)
  const alert = facts && alertsOf(facts).find(({ id, profiles }) => id === subject.id || profiles.includes(subject.id))
  if (!entity || !facts || !alert) {
    await port.putSubject({ id: subject.id, kind: subject.kind, state: to, data: { status: to } })
    return
  }
  const isOpen = (profile: string) => decisionsFrom(port.subject(profile)?.state ?? 'not_reviewed').includes(to)
  const changed = subject.kind === 'alert' ? alert.profiles.filter(isOpen) : [subject.id]
  const decisions = { ...facts.decisions, ...Object.fromEntries(changed.map(profile => [profile, to])) }
  await port.putSubject({ id: entity.id, kind: 'entity', state: entity.state, data: { decisions } })
  for (const change of reviewed({ ...facts, decisions }, alert)) await port.putSubject(change)
}
