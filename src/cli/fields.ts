// Reading what the control API answers: each value as what it is expected to be, or as nothing.
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'

/** A text; empty for anything else. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** A text, or null. */
export function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}

/** An object; empty for anything else. */
export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** The objects of a list. */
export function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
