// The bytes of a delivery's body: compact JSON, or the form that Python's json module writes by default.
import type { Json } from '../../core/json.js'
import type { SubscriptionSettings } from './settings.js'

function pythonText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u0080-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function pythonJson(value: Json): string {
  if (typeof value === 'string') return pythonText(value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${pythonText(key)}: ${pythonJson(inner)}`)
    .join(', ')}}`
}

/** A body as the subscription's `bodyFormat` says. */
export function encode(value: Json, settings: SubscriptionSettings): string {
  return settings.bodyFormat === 'python' ? pythonJson(value) : JSON.stringify(value)
}
