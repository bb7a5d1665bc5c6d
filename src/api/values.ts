// The values that the shapes are made of: JSON, texts and instants.
import * as z from 'zod'
import type { Json } from '../core/json.js'

/** An input of the library: the lists in it may be readonly. */
export type Given<T> = { [K in keyof T]: T[K] extends (infer E)[] | undefined ? readonly E[] | undefined : T[K] }

/** Any JSON value. */
export const json = z.custom<Json>(value => value !== undefined)

/** Any JSON object. */
export const jsonObject = z.record(z.string(), json)

/** A text that is not empty. */
export const text = z.string().min(1, 'This is empty.')

/** An instant, RFC 3339 in UTC with milliseconds. */
export const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' })

/** A clock: `system` runs by itself, `manual` is moved by requests. */
export const clockKind = z.enum(['system', 'manual'])

/** A process's exit code: 0 success, 1 failed, 2 could not run. */
export const exitCode = z.union([z.literal(0), z.literal(1), z.literal(2)])
