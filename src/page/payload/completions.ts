// What may be written at the caret of a payload: keys and values that its schema knows.
import { isJsonObject, type Json, type JsonObject, valueAt } from '../../core/json.js'
import { declaredAt, formsAt, resolved, takenIn, valuesOf } from '../json/check.js'
import { readJson, type Slot } from '../json/read.js'

/** One thing that may be written. */
export interface Completion {
  label: string
  /** What it takes, or where it is from. */
  detail: string
  /** Replaces what stands in the slot. */
  text: string
  /** Where the caret goes, counted from the end of the text: into quotes, for example. */
  back: number
}

/** A field is Standin's choice where its provider's documents do not say it. */
export const isUndocumented = (schema: JsonObject | undefined) => schema?.['x-standin-documented'] === false

/** The value that is written after a new key. */
function stub(forms: readonly JsonObject[]): string {
  const [only, ...more] = valuesOf(forms)
  if (only !== undefined && more.length === 0) return JSON.stringify(only)
  const type = forms[0]?.type
  return type === 'string' && only === undefined ? '""' : type === 'object' ? '{}' : type === 'array' ? '[]' : ''
}

function keys(schema: JsonObject, { path, taken, hasColon }: Slot): Completion[] {
  const names = new Set<string>()
  for (const form of formsAt(schema, schema, path))
    for (const part of [form, ...(Array.isArray(form.allOf) ? form.allOf.filter(isJsonObject) : [])]) {
      const { properties } = resolved(part, schema)
      for (const name of Object.keys(isJsonObject(properties) ? properties : {})) names.add(name)
    }
  return [...names]
    .filter(name => !taken.includes(name))
    .map(name => {
      const own = [...path, name]
      const forms = formsAt(schema, schema, own)
      const value = hasColon ? '' : `: ${stub(forms)}`
      const mark = isUndocumented(declaredAt(schema, schema, own)) ? ', not documented' : ''
      return {
        label: name,
        detail: takenIn(forms).slice(0, 60) + mark,
        text: JSON.stringify(name) + value,
        back: /(?:""|\{\}|\[\])$/.test(value) ? 1 : 0,
      }
    })
}

function values(schema: JsonObject, { path }: Slot, sample: Json | undefined): Completion[] {
  const known = valuesOf(formsAt(schema, schema, path)).map(value => ({ value, detail: '' }))
  const shown = valueAt(sample, path)
  const isScalar = shown !== undefined && (typeof shown !== 'object' || shown === null)
  const own = isScalar && !known.some(({ value }) => value === shown) ? [{ value: shown, detail: 'sample' }] : []
  return [...known, ...own].map(({ value, detail }) => ({
    label: typeof value === 'string' ? value : JSON.stringify(value),
    detail,
    text: JSON.stringify(value),
    back: 0,
  }))
}

/** What may be written at `caret`, and the slot that it replaces; undefined where nothing is known. */
export function completionsAt(
  text: string,
  caret: number,
  schema: JsonObject,
  sample: Json | undefined,
): { slot: Slot; completions: Completion[] } | undefined {
  const { slot } = readJson(text, caret)
  if (slot === undefined) return undefined
  const typed = text.slice(slot.from, caret).replace(/^"/, '').toLowerCase()
  const all = slot.is === 'key' ? keys(schema, slot) : values(schema, slot, sample)
  const fitting = all.filter(({ label }) => label.toLowerCase().includes(typed))
  const written = text.slice(slot.from, slot.to)
  // What stands there already is no help.
  const completions = fitting.filter(one => one.text !== written && JSON.stringify(one.label) !== written)
  return completions.length === 0 ? undefined : { slot, completions }
}
