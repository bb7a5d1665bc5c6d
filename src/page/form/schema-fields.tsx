// Fields of a form, made of a JSON Schema: a control for each property with its title, its help, and what is wrong with it.
import { useSignal } from '@preact/signals'
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { resolved } from '../json/check.js'
import { controlOf, scalarOf, shortText } from './controls.js'
import { Field } from './field.js'
import { messagesAt, type PlacedProblem } from './problems.js'

/** What every field gets. */
interface Shared {
  /** Where `$ref` leads. */
  root: JsonObject
  problems: readonly PlacedProblem[]
}

interface OneProps extends Shared {
  name: string
  /** Dotted, as errors name it. */
  path: string
  schema: JsonObject
  value: Json | undefined
  isRequired: boolean
  onChange: (value: Json | undefined) => void
}

const inputText = (event: { currentTarget: { value: string } }) => event.currentTarget.value

function helpOf(schema: JsonObject): string | undefined {
  const { description, default: given } = schema
  const about = typeof description === 'string' ? description : ''
  const preset =
    given === undefined || given === null || given === '' || (Array.isArray(given) && given.length === 0)
      ? ''
      : `Default: ${shortText(given).slice(0, 200)}.`
  return [about, preset].filter(text => text !== '').join(' ') || undefined
}

function Choice({ values, value, schema, onChange, ...field }: OneProps & { values: readonly Json[] }) {
  const chosen =
    value === undefined ? '' : String(values.findIndex(one => JSON.stringify(one) === JSON.stringify(value)))
  return (
    <select
      {...propsOf(field)}
      value={chosen}
      onChange={event => onChange(values[Number(inputText(event) || Number.NaN)])}
    >
      {(!field.isRequired || value === undefined) && (
        <option value="">{schema.default === undefined ? '(not set)' : '(default)'}</option>
      )}
      {values.map((one, i) => (
        <option key={JSON.stringify(one)} value={String(i)}>
          {shortText(one)}
        </option>
      ))}
    </select>
  )
}

/** Attributes of a control, without what only its component needs. */
function propsOf({
  root,
  problems,
  name,
  path,
  isRequired,
  ...rest
}: Shared & Pick<OneProps, 'name' | 'path' | 'isRequired'>) {
  return rest
}

/** A text as it is being typed, kept while its value is read from it. */
function Typed({
  initial,
  rows,
  onText,
  ...field
}: Omit<OneProps, 'value' | 'schema' | 'onChange'> & {
  initial: string
  rows?: number
  type?: string
  onText: (text: string) => void
}) {
  const draft = useSignal(initial)
  const onInput = (event: { currentTarget: { value: string } }) => {
    draft.value = inputText(event)
    onText(draft.value)
  }
  const shared = {
    ...propsOf(field),
    spellcheck: false,
    autocomplete: field.type === 'password' ? 'new-password' : 'off',
  } as const
  if (rows === undefined) return <input {...shared} value={draft.value} onInput={onInput} />
  return <textarea {...shared} class="mono" rows={rows} value={draft.value} onInput={onInput} />
}

function jsonOf(text: string): Json | undefined {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // The server says that a text is not what it wants here; the line below the field says why it is one.
    return text
  }
}

/** The field of one value. */
function One(props: OneProps) {
  const { schema, value, name, path, root, problems, isRequired, onChange } = props
  const control = controlOf(schema, root)
  const title = typeof schema.title === 'string' ? schema.title : name
  if (control.is === 'object' || control.is === 'variants')
    return (
      <fieldset class="stack nested">
        <legend>{title}</legend>
        <Inner {...props} control={control} />
      </fieldset>
    )
  const messages = messagesAt(problems, path)
  // Files, commands and errors call it by its name.
  const label = (
    <>
      {title} {title !== name && <code class="quiet-text">{name}</code>} {isRequired && '(required)'}
    </>
  )
  return (
    <Field label={label} help={helpOf(schema)} messages={messages}>
      {field => {
        const shared = { ...field, name, path, root, problems, isRequired }
        if (control.is === 'choice')
          return <Choice {...shared} values={control.values} value={value} schema={schema} onChange={onChange} />
        if (control.is === 'text')
          return (
            <Typed
              {...shared}
              type={control.isSecret ? 'password' : 'text'}
              initial={shortText(value)}
              onText={text => onChange(scalarOf(text, control.takesNumbers))}
            />
          )
        if (control.is === 'lines')
          return (
            <Typed
              {...shared}
              rows={3}
              initial={Array.isArray(value) ? value.map(shortText).join('\n') : shortText(value)}
              onText={text => {
                const lines = text.split('\n').filter(line => line.trim() !== '')
                onChange(
                  lines.length === 0 ? undefined : lines.map(line => scalarOf(line.trim(), control.takesNumbers) ?? ''),
                )
              }}
            />
          )
        return (
          <Typed
            {...shared}
            rows={6}
            initial={value === undefined ? '' : JSON.stringify(value, null, 2)}
            onText={text => onChange(jsonOf(text))}
          />
        )
      }}
    </Field>
  )
}

/** An object inside another; of several kinds, the kind is chosen first. */
function Inner({
  control,
  value,
  path,
  root,
  problems,
  schema,
  onChange,
}: OneProps & { control: ReturnType<typeof controlOf> }) {
  const object = isJsonObject(value) ? value : isJsonObject(schema.default) ? schema.default : {}
  if (control.is === 'object')
    return (
      <SchemaFields
        schema={control.schema}
        root={root}
        value={object}
        problems={problems}
        path={path}
        onChange={onChange}
      />
    )
  if (control.is !== 'variants') return null
  const kind = object[control.by]
  const form = control.forms.find(({ name }) => name === kind)
  return (
    <>
      <Field label={control.by} help={helpOf({ ...schema, default: null })} messages={messagesAt(problems, path)}>
        {props => (
          <select
            {...props}
            value={typeof kind === 'string' ? kind : ''}
            onChange={event => onChange(inputText(event) === '' ? undefined : { [control.by]: inputText(event) })}
          >
            <option value="">(not set)</option>
            {control.forms.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      {form && (
        <SchemaFields
          key={form.name}
          schema={form.schema}
          root={root}
          value={object}
          problems={problems}
          path={path}
          omit={[control.by]}
          onChange={onChange}
        />
      )}
    </>
  )
}

/** What fields for the properties of an object need. */
export interface FieldsProps extends Shared {
  schema: JsonObject
  value: JsonObject
  /** Of the object itself, as errors name it; empty for the root. */
  path: string
  omit?: readonly string[]
  /** Default: all. */
  only?: readonly string[]
  onChange: (value: JsonObject) => void
}

/** Fields for the properties of an object; `omit` names those that are entered elsewhere. */
export function SchemaFields({ schema, value, path, omit = [], only, onChange, ...shared }: FieldsProps) {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  return (
    <>
      {Object.entries(properties).map(([name, declared]) => {
        if (!isJsonObject(declared) || omit.includes(name) || only?.includes(name) === false) return null
        return (
          <One
            {...shared}
            key={name}
            name={name}
            path={path === '' ? name : `${path}.${name}`}
            schema={{ ...resolved(declared, shared.root), ...declared }}
            value={value[name]}
            isRequired={required.includes(name)}
            onChange={changed => {
              const { [name]: _, ...rest } = value
              onChange(changed === undefined ? rest : { ...rest, [name]: changed })
            }}
          />
        )
      })}
    </>
  )
}
