// Stories and their subjects: the facts that all events of one story share, and subjects moved on by events or on request.
import { withArticle } from '../core/article.js'
import { EmulatorError, unknownName } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import type { LedgerReads } from '../core/ledger.js'
import { seedWords } from '../core/seed.js'
import type { Subject, SubjectChange } from '../core/subject.js'
import type { LoadedProvider } from '../provider/catalog.js'
import type { ProviderPort } from '../provider/port.js'
import { type FactsSource, newFacts, withLateFacts } from '../provider/story-facts.js'
import type { EmulatorContext } from './context.js'
import type { MovedSubject } from './contract.js'

/** Where the facts of a story come from that began at an instant, emulator ms. */
const sourceOf = ({ seed, registry }: EmulatorContext, provider: string, story: string, now: number): FactsSource => ({
  faker: registry.loaded(provider).faker,
  now,
  words: (...lateFact) => seedWords(seed, 'facts', provider, story, ...lateFact),
})

/** A stored subject as a provider reads it: a story's late facts are made where it lacks them. */
export function withFacts<S extends Subject | undefined>(context: EmulatorContext, subject: S): S {
  if (subject === undefined) return subject
  const { provider, kind, story, createdAt, data } = subject
  const { behaviour } = context.registry.loaded(provider)
  if (kind === behaviour.root)
    subject.data = withLateFacts(behaviour, data, sourceOf(context, provider, story, createdAt))
  return subject
}

/** The root subject of a story, whose data is the story's facts: stored, or as it would be made now. Nothing is stored. */
export function rootOf(
  context: EmulatorContext,
  rows: LedgerReads,
  provider: string,
  story: string,
  {
    account = null,
    given = {},
    now = context.clock.now(),
  }: { account?: string | null | undefined; given?: JsonObject | undefined; now?: number } = {},
): { root: Subject; isNew: boolean } {
  const loaded = context.registry.loaded(provider)
  const { behaviour } = loaded
  const known = rows.subjectOfStory(provider, behaviour.root, story)
  if (known) return { root: withFacts(context, known), isNew: false }
  const facts = newFacts(behaviour, sourceOf(context, provider, story, now), {
    settings: context.settings.ofProvider(provider),
    given,
    id: behaviour.isRootId(story) ? story : undefined,
  })
  const root: Subject = {
    id: String(facts[behaviour.rootId]),
    provider,
    kind: behaviour.root,
    story,
    state: loaded.provider.subjects[behaviour.root]?.states[0] ?? '',
    data: facts,
    account,
    createdAt: now,
    updatedAt: now,
  }
  return { root, isNew: true }
}

/** For each subject that an event changes though it cannot follow that subject's state: a sentence that names both states. */
export function stateWarnings(
  { behaviour }: LoadedProvider,
  type: string,
  changes: readonly SubjectChange[],
  find: (id: string) => Subject | undefined,
): string[] {
  const text = behaviour.stateText ?? (({ state }) => state)
  const warnings: string[] = []
  for (const change of changes) {
    if (change.after === undefined) continue
    const known = find(change.id)
    if (known?.kind !== change.kind || change.after.includes(known.state)) continue
    const { kind, id, data } = known
    const present = text(known)
    const next = text({ kind, state: change.state, data: { ...data, ...change.data } })
    warnings.push(
      next === present
        ? `${kind} ${id} is ${present}, which ${type} cannot follow; it is sent anyway.`
        : `${kind} ${id} is ${present} and cannot become ${next}; ${type} is sent anyway.`,
    )
  }
  return warnings
}

/** A subject after a change, made where there is none; nothing is stored. `own` are the values of a new one. */
export function changedSubject(
  known: Subject | undefined,
  { id, kind, state, start, data }: SubjectChange,
  own: Pick<Subject, 'provider' | 'story' | 'account'>,
  now: number,
): Subject {
  return {
    id,
    provider: own.provider,
    kind,
    story: known?.story ?? own.story,
    state,
    // A copy that gets new keys costs ten times as much.
    data: Object.assign({}, known?.data ?? start, data),
    account: known?.account ?? own.account,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  }
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
    throw unknownName('move', to, allowed, { of: `${withArticle(subject.kind)} that is ${subject.state}`, where: 'to' })
  const warnings: string[] = []
  withFacts(context, subject)
  const own = await port(subject.provider)
  const trigger: ProviderPort['trigger'] = async (type, options) => {
    const result = await own.trigger(type, options)
    warnings.push(...result.warnings)
    return result
  }
  await behaviour.move(subject, to, { ...own, trigger })
  return { ...subjectNamed(context, id), warnings }
}
