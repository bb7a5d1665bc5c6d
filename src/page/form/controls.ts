// Which control a value is entered with, from its JSON Schema, and how its text is read.
import { isJsonObject, type Json, type JsonObject } from '../../core/json.js'
import { formsOf, resolved, valuesOf } from '../json/check.js'

/** Objects of which each names its kind by one property with a constant. */
export interface Variants {
  /** The property that says which it is. */
  by: string
  forms: { name: string; schema: JsonObject }[]
}

/** How a value is entered. */
export type Control =
  | { is: 'choice'; values: readonly Json[] }
  | { is: 'text'; isSecret: boolean; takesNumbers: boolean; takesTexts: boolean }
  | { is: 'lines'; takesNumbers: boolean }
  | { is: 'object'; schema: JsonObject }
  | ({ is: 'variants' } & Variants)
  | { is: 'json' }

const SCALARS = ['string', 'number', 'integer']
const isScalar = ({ type }: JsonObject) => typeof type === 'string' && SCALARS.includes(type)
const isNumber = ({ type }: JsonObject) => type === 'number' || type === 'integer'
const isListed = (form: JsonObject) => 'const' in form || Array.isArray(form.enum) || form.type === 'boolean'
const propertiesOf = ({ properties }: JsonObject): JsonObject => (isJsonObject(properties) ? properties : {})

function variantsOf(forms: readonly JsonObject[]): Variants | undefined {
  const constOf = (form: JsonObject, key: string) => {
    const property = propertiesOf(form)[key]
    return isJsonObject(property) && typeof property.const === 'string' ? property.const : undefined
  }
  const by = Object.keys(propertiesOf(forms[0] ?? {})).find(key =>
    forms.every(form => constOf(form, key) !== undefined),
  )
  return by === undefined
    ? undefined
    : { by, forms: forms.map(form => ({ name: constOf(form, by) ?? '', schema: form })) }
}

/** The control of a value with this schema. */
export function controlOf(schema: JsonObject, root: JsonObject): Control {
  const forms = formsOf(schema, root).filter(({ type }) => type !== 'null')
  const [form] = forms
  if (form === undefined) return { is: 'json' }
  const isSecret = resolved(schema, root).secret === true || forms.some(({ secret }) => secret === true)
  if (forms.every(isListed)) return { is: 'choice', values: valuesOf(forms) }
  if (forms.every(one => isScalar(one) || isListed(one)))
    return {
      is: 'text',
      isSecret,
      takesNumbers: forms.some(isNumber),
      takesTexts: forms.some(one => one.type === 'string'),
    }
  if (forms.length === 1 && form.type === 'array' && isJsonObject(form.items)) {
    const items = formsOf(form.items, root)
    if (items.every(isScalar)) return { is: 'lines', takesNumbers: items.every(isNumber) }
  }
  if (forms.every(one => one.type === 'object' && Object.keys(propertiesOf(one)).length > 0)) {
    if (forms.length === 1) return { is: 'object', schema: form }
    const variants = variantsOf(forms)
    if (variants) return { is: 'variants', ...variants }
  }
  return { is: 'json' }
}

/** A scalar as it was typed: a number where one is taken and it is one. Empty: undefined. */
export function scalarOf(text: string, takesNumbers: boolean): Json | undefined {
  if (text.trim() === '') return undefined
  return takesNumbers && Number.isFinite(Number(text)) ? Number(text) : text
}

/** A value in one line of text. */
export const shortText = (value: Json | undefined): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)
