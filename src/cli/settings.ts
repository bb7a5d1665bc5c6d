// Turns the `path=value` pairs of options into settings objects.
import { EmulatorError } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject, pathSegments, withValueAt } from '../core/json.js'

/** One object from `path=value` pairs; a later pair wins. */
export function settingsFrom(pairs: Readonly<Record<string, Json>>): JsonObject {
  let settings: Json = {}
  for (const [path, value] of Object.entries(pairs)) settings = withValueAt(settings, path, value)
  return isJsonObject(settings) ? settings : {}
}

/** Settings by provider, from `provider.path=value` pairs. Where all that is `asked` for is of one provider, its name may be left out. */
export function settingsByProvider(
  pairs: Readonly<Record<string, Json>>,
  providers: readonly { name: string }[] = [],
  asked: readonly { provider: string }[] = [],
): Record<string, JsonObject> {
  const [only, ...others] = new Set(asked.map(({ provider }) => provider))
  const byProvider: Record<string, JsonObject> = {}
  for (const [path, value] of Object.entries(pairs)) {
    const segments = pathSegments(path)
    const isShort = only !== undefined && others.length === 0 && !providers.some(({ name }) => name === segments[0])
    const [provider = '', ...rest] = isShort ? [only, ...segments] : segments
    if (rest.length === 0)
      throw new EmulatorError(`"${path}" does not name a setting.`, {
        code: 'usage',
        where: '--setting',
        hint: 'Use provider.setting=value.',
      })
    const changed = withValueAt(byProvider[provider] ?? {}, rest, value)
    if (isJsonObject(changed)) byProvider[provider] = changed
  }
  return byProvider
}

/** The emulator's `untilSuccess`: off, on, or with a skipped wait a maximum number of attempts. */
export function untilSuccessOf(options: {
  'until-success': boolean
  'max-attempts': number
  speed: number | 'max' | undefined
}): boolean | number {
  if (!options['until-success']) return false
  return options.speed === 'max' ? options['max-attempts'] : true
}
