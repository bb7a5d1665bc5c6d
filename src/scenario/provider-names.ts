// The names that scenarios may use with these providers, down to the paths of their payloads.
import { EmulatorError, type Issue } from '../core/errors.js'
import { checkSet, declaredAt } from '../emulator/paths.js'
import type { Provider } from '../provider/provider.js'
import { type Names, namesOf } from './names.js'

function issueOf(path: string, look: () => unknown): Issue[] {
  try {
    look()
    return []
  } catch (error) {
    if (!(error instanceof EmulatorError)) throw error
    return [{ path, message: error.hint === undefined ? error.message : `${error.message} ${error.hint}` }]
  }
}

/** Names for checking scenarios before anything is sent. */
export function scenarioNames(providers: readonly Provider[]): Names {
  return namesOf(providers, {
    async payloadProblems({ provider, channel, type }, set, unset, settings) {
      const found = providers.find(({ name }) => name === provider)?.channels.find(({ name }) => name === channel)
      const schema = (await found?.load())?.definition(type, settings)?.schema
      if (schema === undefined) return []
      return [
        ...Object.entries(set).flatMap(([path, value]) =>
          issueOf(path, () => (value === undefined ? declaredAt(schema, path, 'set') : checkSet(schema, path, value))),
        ),
        ...unset.flatMap(path => issueOf(path, () => declaredAt(schema, path, 'unset'))),
      ]
    },
  })
}
