// Changes to a request besides its payload: its headers and its method.
import type { Headers, Message } from '../message.js'

const includes = (names: readonly string[], name: string) => names.includes(name.toLowerCase())

/** Headers without those of these names (lower case). */
export function withoutHeaders(headers: Headers, names: readonly string[]): Headers {
  return headers.filter(([name]) => !includes(names, name))
}

/** Headers with the values of these names (lower case) changed. */
export function changedHeaders(headers: Headers, names: readonly string[], change: (value: string) => string): Headers {
  return headers.map(([name, value]) => [name, includes(names, name) ? change(value) : value])
}

/** Headers with another content type, first where there was none; null: without one. */
export function withContentType(headers: Headers, value: string | null): Headers {
  const names = ['content-type']
  if (value === null) return withoutHeaders(headers, names)
  return headers.some(([name]) => includes(names, name))
    ? changedHeaders(headers, names, () => value)
    : [['Content-Type', value], ...headers]
}

/** The message with another method; GET has no body. */
export function withMethod(message: Message, method: string): Message {
  return { ...message, method, ...(method === 'GET' && { body: '' }) }
}
