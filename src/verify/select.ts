// Which checks are made: those that apply, of the level asked for, picked by the beginning of their ids.
import { didYouMean, EmulatorError } from '../core/errors.js'
import type { Situation } from './bench.js'
import { type Check, type Level, levelOf } from './check.js'
import { catalogue } from './checks/index.js'

export interface Choice {
  /** Beginnings of ids (`signature`, `payload/large`); empty: all. A whole id is chosen whatever the level. */
  only?: readonly string[] | undefined
  /** Beginnings of ids to leave out. */
  except?: readonly string[] | undefined
  /** `should` adds the softer ones. */
  level?: Level | undefined
}

const fits = (id: string, prefix: string) => id === prefix || id.startsWith(prefix)

function demandKnown(prefixes: readonly string[], where: string): void {
  for (const prefix of prefixes) {
    if (prefix !== '' && catalogue.some(({ id }) => fits(id, prefix))) continue
    const names = [...new Set(catalogue.flatMap(({ id }) => [id.split('/')[0] ?? id, id]))]
    throw new EmulatorError(`No check begins with "${prefix}".`, {
      code: 'unknown_name',
      where,
      hint: didYouMean(prefix, names),
    })
  }
}

/** The checks chosen, in the order of the catalogue. Throws `unknown_name` for a beginning that no check has, `usage` where none is left. */
export function chosen(situation: Situation, { only = [], except = [], level = 'must' }: Choice): Check[] {
  demandKnown(only, 'only')
  demandKnown(except, 'except')
  const checks = catalogue.filter(check => {
    if (check.applies && !check.applies(situation)) return false
    if (except.some(prefix => fits(check.id, prefix))) return false
    if (only.includes(check.id)) return true
    if (only.length > 0 && !only.some(prefix => fits(check.id, prefix))) return false
    return level === 'should' || levelOf(check, situation) === 'must'
  })
  if (checks.length > 0) return checks
  throw new EmulatorError(`No check is left: nothing that was chosen applies to ${situation.provider} so.`, {
    code: 'usage',
    where: 'only',
    hint: 'Choose others, leave fewer out, ask for level "should", or give the settings that they need (auth, for credentials).',
  })
}
