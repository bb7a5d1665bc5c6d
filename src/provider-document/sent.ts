// One thing that a document says its provider sends, whatever the kind of document.
import { didYouMean } from '../core/errors.js'
import { type DocumentReader, objectOf, type Place, textOf } from './document.js'
import { EVENT_NAME } from './extensions.js'

/** A whole payload in the document. */
export interface Example {
  name: string
  title: string
  place: Place
}

/** A request or message that the provider sends. */
export interface Sent {
  /** What `x-standin-event` says. */
  name: string | undefined
  /** Its name in the document. */
  fallback: string
  title: string
  method: string
  contentType: string
  /** The operation or message. */
  place: Place
  schema: Place | undefined
  examples: readonly Example[]
  /** Statuses of success that the document names for it. */
  successes: readonly string[]
}

/** Tells what is wrong with the extensions of an operation or a message. */
export function checkOwnExtensions(reader: DocumentReader, place: Place): void {
  for (const [name, value] of Object.entries(objectOf(place.value))) {
    if (!/^x-standin/i.test(name)) continue
    const path = [...place.path, name]
    if (name !== EVENT_NAME)
      reader.problems.push({
        path,
        message: `Unknown extension "${name}" here.`,
        hint: didYouMean(name, [EVENT_NAME], 'Known names'),
        key: true,
      })
    else if (textOf(value) === undefined)
      reader.problems.push({ path, message: 'This must be the name of an event type.' })
  }
}
