// Stories and their subjects: the facts that all events of one story share, and subjects moved on by events or on request.
import { EmulatorError, unknownName } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { LedgerReads, LedgerRows } from '../core/ledger.js'
import type { Subject, SubjectChange } from '../core/subject.js'
import type { LoadedProvider } from '../provider/catalog.js'
import type { ProviderPort } from '../provider/port.js'
import type { EmulatorContext } from './context.js'
import type { MovedSubject } from './contract.js'

/** The story that a `subject` names: that of a known subject, else the text itself is its label. */
export function storyOf(rows: LedgerReads, provider: string, subject: string): string {
  return rows.subject(provider, subject)?.story ?? subject
}

/** The account a story belongs to; null where it has none or has not begun. */
export function accountOf(context: EmulatorContext, rows: LedgerReads, provider: string, story: string): string | null {
  return rows.subjectOfStory(provider, context.registry.loaded(provider).behaviour.root, story)?.account ?? null
}

/** The facts of a story, stored or as they would be made now; nothing is stored. */
export function factsOf(
  context: EmulatorContext,
  rows: LedgerReads,
  provider: string,
  story: string,
  given: JsonObject = {},
): JsonObject {
  const { behaviour } = context.registry.loaded(provider)
  const known = rows.subjectOfStory(provider, behaviour.root, story)
  if (known) return known.data
  const fake = context.fake(provider, ['facts', provider, story])
  return behaviour.facts(fake, {
    now: context.clock.now(),
    settings: context.settings.ofProvider(provider),
    given,
    id: behaviour.isRootId(story) ? story : undefined,
  })
}

/** The facts of a story; its root subject is made where there is none. */
export function keepFacts(
  context: EmulatorContext,
  rows: LedgerRows,
  provider: string,
  story: string,
  account: string | null,
  given: JsonObject = {},
): JsonObject {
  const loaded = context.registry.loaded(provider)
  const { behaviour } = loaded
  const known = rows.subjectOfStory(provider, behaviour.root, story)
  if (known) return known.data
  const facts = factsOf(context, rows, provider, story, given)
  const now = context.clock.now()
  rows.putSubject({
    id: String(facts[behaviour.rootId]),
    provider,
    kind: behaviour.root,
    story,
    state: loaded.provider.subjects[behaviour.root]?.states[0] ?? '',
    data: facts,
    account,
    createdAt: now,
    updatedAt: now,
  })
  return facts
}

/** For each subject that an event changes though it cannot follow that subject's state: a sentence that names both states. */
export function stateWarnings(
  rows: LedgerReads,
  { provider, behaviour }: LoadedProvider,
  type: string,
  changes: readonly SubjectChange[],
): string[] {
  const text = behaviour.stateText ?? (({ state }) => state)
  return changes.flatMap(change => {
    const known = rows.subject(provider.name, change.id)
    if (known === undefined || change.after === undefined || change.after.includes(known.state)) return []
    const { kind, id, data } = known
    const present = text(known)
    const next = text({ kind, state: change.state, data: { ...data, ...change.data } })
    return next === present
      ? `${kind} ${id} is ${present}, which ${type} cannot follow; it is sent anyway.`
      : `${kind} ${id} is ${present} and cannot become ${next}; ${type} is sent anyway.`
  })
}

/** Makes or moves one subject. */
export function applyChange(
  context: EmulatorContext,
  rows: LedgerRows,
  provider: string,
  story: string,
  account: string | null,
  change: SubjectChange,
): Subject {
  const known = rows.subject(provider, change.id)
  const now = context.clock.now()
  const subject: Subject = {
    id: change.id,
    provider,
    kind: change.kind,
    story: known?.story ?? story,
    state: change.state,
    data: { ...(known?.data ?? change.start), ...change.data },
    account: known?.account ?? account,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  }
  rows.putSubject(subject)
  return subject
}

/** Finds a subject of any provider by its id; throws `not_found`. */
function subjectNamed(context: EmulatorContext, id: string): Subject {
  for (const { name } of context.registry.providers) {
    const found = context.ledger.subject(name, id)
    if (found) return found
  }
  throw new EmulatorError(`There is no subject ${id}.`, {
    code: 'not_found',
    hint: 'List them with GET /_standin/subjects.',
  })
}

/** Moves a subject to one of the states or events that its provider allows now; returns it as it is then, with the warnings of the events that the move triggered. Throws `conflict` and `unknown_name`. */
export async function moveSubject(
  context: EmulatorContext,
  id: string,
  to: string,
  port: (provider: string) => Promise<ProviderPort>,
): Promise<MovedSubject> {
  const subject = subjectNamed(context, id)
  const { behaviour } = await context.registry.load(subject.provider)
  const allowed = behaviour.moves?.(subject) ?? []
  if (!behaviour.move || allowed.length === 0)
    throw new EmulatorError(`${subject.kind} ${id} is ${subject.state} and cannot be moved any more.`, {
      code: 'conflict',
      hint: 'Trigger an event about it instead.',
    })
  if (!allowed.includes(to))
    throw unknownName('move', to, allowed, { of: `a ${subject.kind} that is ${subject.state}` })
  const warnings: string[] = []
  const own = await port(subject.provider)
  const trigger: ProviderPort['trigger'] = async (type, options) => {
    const result = await own.trigger(type, options)
    warnings.push(...result.warnings)
    return result
  }
  await behaviour.move(subject, to, { ...own, trigger })
  return { ...subjectNamed(context, id), warnings }
}
