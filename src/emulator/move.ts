// Moving a subject on by hand: a QR code read, a photo taken.
import { EmulatorError, unknownName } from '../core/errors.js'
import type { Subject } from '../core/subject.js'
import type { ProviderPort } from '../provider/port.js'
import type { EmulatorContext } from './context.js'

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

/** Moves a subject to one of the states or events its provider allows now; answers it as it is then. */
export async function moveSubject(
  context: EmulatorContext,
  id: string,
  to: string,
  port: (provider: string) => Promise<ProviderPort>,
): Promise<Subject> {
  const subject = subjectNamed(context, id)
  const { behaviour } = await context.registry.load(subject.provider)
  const allowed = behaviour.moves?.(subject) ?? []
  if (!behaviour.move || allowed.length === 0)
    throw new EmulatorError(`${subject.kind} ${id} is ${subject.state} and cannot be moved any more.`, {
      code: 'conflict',
      hint: 'Trigger an event about it instead.',
    })
  if (!allowed.includes(to)) throw unknownName(`move of a ${subject.kind} that is ${subject.state}`, to, allowed)
  await behaviour.move(subject, to, await port(subject.provider))
  return subjectNamed(context, id)
}
