// The verbs `fault` and `rotate`: the sender misbehaves from here on, or a subscription's secret is replaced.
import { EmulatorError } from '../core/errors.js'
import type { FaultInput } from '../core/fault.js'
import { isJsonObject, type Json } from '../core/json.js'
import type { StepOutcome } from './result.js'
import type { Running } from './running.js'
import type { Scope } from './scope.js'
import type { FaultStep, RotateStep } from './step.js'

/** The id of a subscription that the scenario names. */
function idOf(name: string, { subscriptions }: Running, where: string): string {
  const found = subscriptions.get(name)
  if (found !== undefined) return found.id
  throw new EmulatorError(`There is no subscription named "${name}".`, {
    code: 'unknown_name',
    hint: 'Name it under "subscriptions".',
    where,
  })
}

/** `provider/type` and `provider/channel/type` as the words that a fault's scope has for them. */
function addressed(type: string): { provider?: string; channel?: string; type: string } {
  const parts = type.split('/')
  const [provider, channel, name] = parts
  if (provider !== undefined && channel !== undefined && name !== undefined) return { provider, channel, type: name }
  return provider !== undefined && channel !== undefined ? { provider, type: channel } : { type }
}

/** Adds a fault, or with `none` takes away those of this run. */
export async function playFault(step: FaultStep, running: Running, scope: Scope): Promise<StepOutcome> {
  const { stage, faults } = running
  if (step.fault === 'none') {
    const ids = faults.splice(0)
    for (const id of ids) await stage.removeFault(id)
    return { status: 'passed', seen: ids.length === 0 ? 'there were none' : `${ids.join(', ')} taken away` }
  }
  const resolved = scope.resolve(step.fault as Json, step.path)
  if (!isJsonObject(resolved)) throw new EmulatorError('This is no fault.', { code: 'invalid_input', where: step.path })
  const { type, subscription, ...told } = resolved
  const given = {
    ...(typeof type === 'string' ? addressed(type) : {}),
    ...told,
    ...(typeof subscription === 'string' ? { subscription: idOf(subscription, running, step.path) } : {}),
  }
  // The stage checks every word of it.
  const { id } = await stage.addFault(given as unknown as FaultInput)
  faults.push(id)
  return { status: 'passed', seen: id }
}

/** Replaces a secret; deliveries that wait are signed with what is valid when they are sent. */
export async function playRotate(step: RotateStep, running: Running, scope: Scope): Promise<StepOutcome> {
  const given = scope.resolve({ ...step.rotate } as Json, step.path)
  const secret = isJsonObject(given) && typeof given.secret === 'string' ? given.secret : undefined
  const id = idOf(step.rotate.subscription, running, step.path)
  const { validUntil } = await running.stage.rotateSecret(id, secret)
  const until = validUntil === null ? 'at once void' : `signed with too until ${new Date(validUntil).toISOString()}`
  return { status: 'passed', seen: `a new secret; the old one is ${until}` }
}
