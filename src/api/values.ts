// The values that the shapes are made of: JSON, texts and instants.
import * as z from 'zod'
import { type Json, pathProblem } from '../core/json.js'

/** An input of the library: the lists in it may be readonly. */
export type Given<T> = { [K in keyof T]: T[K] extends (infer E)[] | undefined ? readonly E[] | undefined : T[K] }

/** Any JSON value. */
export const json = z.custom<Json>(value => value !== undefined)

/** Any JSON object. */
export const jsonObject = z.record(z.string(), json)

/** A text that is not empty. */
export const text = z.string().min(1, 'This is empty.')

/** Lists from outside have at most so many entries: more is a mistake, and each entry costs a look-up. */
export const MOST_ENTRIES = 1000

/** A list of at most 1000 entries. */
export const listIn = <S extends z.ZodType>(item: S) =>
  z.array(item).max(MOST_ENTRIES, `This has more than ${MOST_ENTRIES} entries.`)

const isPath = (path: string) => pathProblem(path) === undefined
const notPath = { error: ({ input }: { input?: unknown }) => pathProblem(String(input)) ?? 'This is not a path.' }

/** A path of a payload, dotted or JSON Pointer, of at most 100 segments. */
export const payloadPath = text.refine(isPath, notPath)

/** Values by payload path, at most 1000. */
export const valuesByPath = z
  .record(z.string().refine(isPath, notPath), json)
  .refine(values => Object.keys(values).length <= MOST_ENTRIES, `This has more than ${MOST_ENTRIES} entries.`)

/** An instant, RFC 3339 in UTC with milliseconds. */
export const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' })

/** A clock: `system` runs by itself, `manual` is moved by requests. */
export const clockKind = z.enum(['system', 'manual'])

/** A process's exit code: 0 success, 1 failed, 2 could not run. */
export const exitCode = z.union([z.literal(0), z.literal(1), z.literal(2)])
