// Turns a valid definition into a scenario that can run: each step with its type, its place in the file and its line of text.
import type { ExpectedOutcome } from '../core/expectation.js'
import { describeStep } from './describe.js'
import type { TypeAddress } from './names.js'
import type { ExpectStep, OnCall, Placed, Scenario, Step, TriggerStep } from './scenario.js'
import type { ExpectDefinition, ScenarioDefinition, StepDefinition, TriggerDefinition } from './schema.js'
import { formatPath, type Path, type Position } from './source.js'

interface PlanInput {
  file: string
  definition: ScenarioDefinition
  addresses: ReadonlyMap<string, TypeAddress>
  position(path: Path): Position
  /** Names of a provider's channels, for calls that may cause events. */
  channelsOf(provider: string): readonly string[]
}

/** Plans a valid definition. */
export function planScenario({ file, definition, addresses, position, channelsOf }: PlanInput): Scenario {
  const unnamed = new Map<string, number>()
  const channels = new Map<string, { provider: string; channel: string }>()
  const uses = (provider: string, channel: string) => channels.set(`${provider}/${channel}`, { provider, channel })
  let expects = false

  const planTrigger = (placed: Placed, given: TriggerDefinition | string, path: Path): TriggerStep => {
    const address = addresses.get(formatPath(path))
    if (address === undefined) throw new Error(`no address for ${formatPath(path)}`)
    uses(address.provider, address.channel)
    const kind = `${address.provider}/${address.type}`
    if (placed.name === undefined) unnamed.set(kind, (unnamed.get(kind) ?? 0) + 1)
    return {
      ...placed,
      verb: 'trigger',
      trigger: { ...(typeof given === 'string' ? {} : given), ...address },
      story: `${address.type}#${placed.name ?? unnamed.get(kind)}`,
    }
  }

  const planExpect = (placed: Placed, given: ExpectDefinition | ExpectedOutcome): ExpectStep => {
    expects = true
    return typeof given === 'string'
      ? { ...placed, verb: 'expect', expect: undefined, outcome: given }
      : { ...placed, verb: 'expect', expect: given, outcome: given.outcome ?? 'delivered' }
  }

  const planVerb = (step: StepDefinition, placed: Placed, path: Path): Step => {
    const { trigger, call, parallel, repeat, fault, rotate, expect, wait, advance } = step
    if (trigger !== undefined) return planTrigger(placed, trigger, [...path, 'trigger'])
    if (call !== undefined) {
      for (const channel of channelsOf(call.provider)) uses(call.provider, channel)
      return { ...placed, verb: 'call', call, capture: step.capture ?? {} }
    }
    if (parallel !== undefined) {
      const branches = parallel.map((branch, i) => {
        const at = [...path, 'parallel', i]
        return Array.isArray(branch) ? planSteps(branch, at) : [planStep(branch, at)]
      })
      return { ...placed, verb: 'parallel', branches }
    }
    if (repeat !== undefined) {
      const { count, concurrency = 1, rate } = repeat
      return {
        ...placed,
        verb: 'repeat',
        count,
        concurrency,
        ...(rate !== undefined && { rate }),
        steps: planSteps(repeat.steps, [...path, 'repeat', 'steps']),
      }
    }
    if (fault !== undefined)
      return {
        ...placed,
        verb: 'fault',
        fault: fault === 'none' || typeof fault !== 'string' ? fault : { kind: fault },
      }
    if (rotate !== undefined)
      return { ...placed, verb: 'rotate', rotate: typeof rotate === 'string' ? { subscription: rotate } : rotate }
    if (expect !== undefined) return planExpect(placed, expect)
    return { ...placed, verb: wait === undefined ? 'advance' : 'wait', duration: wait ?? advance ?? 0 }
  }

  const planStep = (step: StepDefinition, path: Path): Step => {
    const planned = planVerb(step, { path: formatPath(path), name: step.name, text: '', ...position(path) }, path)
    return { ...planned, text: describeStep(planned) }
  }
  const planSteps = (steps: readonly StepDefinition[], path: Path): Step[] =>
    steps.map((step, i) => planStep(step, [...path, i]))

  const steps = planSteps(definition.steps, ['steps'])
  const on = (definition.on ?? []).map((one, i): OnCall => {
    for (const channel of channelsOf(one.call.provider)) uses(one.call.provider, channel)
    return {
      path: `on[${i}]`,
      ...position(['on', i]),
      name: one.name ?? `on ${one.call.method ?? 'any call of'} ${one.call.provider} ${one.call.path}`,
      definition: one,
      steps: planSteps(one.steps, ['on', i, 'steps']),
    }
  })
  // A scenario without expectations still expects its events to arrive.
  if (!expects) {
    const { line, column } = steps.at(-1) ?? { line: 1, column: 1 }
    const placed = {
      path: `steps[${steps.length}]`,
      name: undefined,
      line,
      column,
      text: 'expect everything delivered',
    }
    steps.push({ ...placed, verb: 'expect', expect: undefined, outcome: 'delivered' })
  }
  return { file, name: definition.name, definition, steps, on, channels: [...channels.values()] }
}
