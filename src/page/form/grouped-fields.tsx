// The fields of settings, those of one group together.
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { type FieldsProps, SchemaFields } from './schema-fields.js'

/** The names of properties by the group that the schema puts them in, in its order; those without a group are under ''. */
export function groupsOf({ properties }: JsonObject, names: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const declared = isJsonObject(properties) ? properties[name] : undefined
    const group = isJsonObject(declared) && typeof declared.group === 'string' ? declared.group : ''
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  return groups
}

/** Fields for the named properties of an object, by group. */
export function GroupedFields({ names, ...shared }: Omit<FieldsProps, 'only' | 'omit'> & { names: readonly string[] }) {
  return (
    <>
      {[...groupsOf(shared.schema, names)].map(([group, only]) =>
        group === '' ? (
          <SchemaFields key={group} {...shared} only={only} />
        ) : (
          <fieldset key={group} class="stack nested">
            <legend>{group}</legend>
            <SchemaFields {...shared} only={only} />
          </fieldset>
        ),
      )}
    </>
  )
}
