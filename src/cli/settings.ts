// Settings as options give them: paths to values, gathered into objects.
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, pathSegments, withValueAt } from '../core/json.js'

/** One object of `path=value` pairs; a later pair wins. */
export function settingsFrom(pairs: Readonly<Record<string, Json>>): JsonObject {
  let settings: Json = {}
  for (const [path, value] of Object.entries(pairs)) settings = withValueAt(settings, path, value)
  return isJsonObject(settings) ? settings : {}
}

/** Settings by provider of `provider.path=value` pairs. */
export function settingsByProvider(pairs: Readonly<Record<string, Json>>): Record<string, JsonObject> {
  const byProvider: Record<string, JsonObject> = {}
  for (const [path, value] of Object.entries(pairs)) {
    const [provider = '', ...rest] = pathSegments(path)
    if (rest.length === 0)
      throw new EmulatorError(`"${path}" names no setting.`, {
        code: 'usage',
        where: '--setting',
        hint: 'Write it as provider.setting=value.',
      })
    const changed = withValueAt(byProvider[provider] ?? {}, rest, value)
    if (isJsonObject(changed)) byProvider[provider] = changed
  }
  return byProvider
}

/** How long to go on: not beyond the schedule, or until the success; where nothing waits, a number of attempts at the most. */
export function untilSuccessOf(options: {
  'until-success': boolean
  'max-attempts': number
  speed: number | 'max' | undefined
}): boolean | number {
  if (!options['until-success']) return false
  return options.speed === 'max' ? options['max-attempts'] : true
}
