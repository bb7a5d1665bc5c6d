// Lists in pages. Source of the four keys: Getting started, pagination; of the parameters: Questionnaires, Query Parameters.
import * as z from 'zod'
import type { Json, JsonObject } from '../../../core/json.js'
import type { Subject } from '../../../core/subject.js'
import type { RouteAnswer, RouteCall } from '../../../provider/routes.js'

const PAGE = 'A valid integer is required.'
const number = z.coerce.number(PAGE).int(PAGE).min(1, PAGE).optional()

/** Records in a page, unless the call says otherwise, and at most. Source: Questionnaires, Query Parameters. */
const PAGE_SIZE = 50
const MAX_PAGE_SIZE = 100

/** How many subjects a list reads at most. */
const MAX_SUBJECTS = 100_000

/** The query of a list whose page documents its parameters. */
export const pageQuery = z.looseObject({
  page: number.describe('From 1.'),
  page_size: number.describe('50 unless given, at most 100.'),
})

/** The query of a list for which they are assumed. */
export const assumedPageQuery = pageQuery.meta({ assumption: 'pageSize' })

/** Schema of a page. */
export const pageOf = (record: z.ZodType) =>
  z.object({
    count: z.number().int(),
    next: z.url().nullable(),
    previous: z.url().nullable(),
    results: z.array(record),
  })

/** The page of a list that the call asks for. */
export function paged<T>(call: RouteCall, all: readonly T[], show: (one: T) => JsonObject): RouteAnswer {
  const page = Math.max(1, Number(call.query.page ?? 1) || 1)
  const size = Math.min(MAX_PAGE_SIZE, Math.max(1, Number(call.query.page_size ?? PAGE_SIZE) || PAGE_SIZE))
  const [path] = call.path.split('?', 1)
  const at = (number: number): Json => {
    const query = new URLSearchParams({ ...call.query, page: String(number) })
    return `${call.base}${path}?${query}`
  }
  return {
    status: 200,
    body: {
      count: all.length,
      next: page * size < all.length ? at(page + 1) : null,
      previous: page > 1 ? at(page - 1) : null,
      results: all.slice((page - 1) * size, page * size).map(show),
    },
  }
}

/** True for records of the caller's account and of events that were triggered for no account. */
const isVisible = (call: RouteCall, subject: Subject): boolean =>
  subject.account === null || subject.account === call.account

/** The records of a kind that the caller may see, newest first. */
export function visibleSubjects(call: RouteCall, kind: string): Subject[] {
  return call.port.subjects({ kind }, { limit: MAX_SUBJECTS }).filter(subject => isVisible(call, subject))
}

/** The record of a kind with this id, if the caller may see it. */
export function visibleSubject(call: RouteCall, kind: string, id: string | undefined): Subject | undefined {
  const found = call.port.subject(id ?? '')
  return found && found.kind === kind && isVisible(call, found) ? found : undefined
}

/** The required keys of an object. */
export const requiredKeys = ({ shape }: z.ZodObject): string[] =>
  Object.entries(shape).flatMap(([key, field]) => (field instanceof z.ZodOptional ? [] : [key]))

/** True for a whole object: an event triggered with a payload of the user's own may have made one of which the API could show a part only. */
export const isWhole = ({ data }: Subject, keys: readonly string[]): boolean =>
  keys.every(key => data[key] !== undefined)

/** Those keys of an object that it has, in this order. */
export function picked(data: JsonObject, keys: readonly string[]): JsonObject {
  const view: JsonObject = {}
  for (const key of keys) {
    const value = data[key]
    if (value !== undefined) view[key] = value
  }
  return view
}
