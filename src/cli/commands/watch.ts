// `standin watch`: what a running server does, as it happens.
import { isJsonObject, type JsonObject } from '../../core/json.js'
import { attemptLine, factsFrom } from '../attempt-output.js'
import { defineCommand, EXIT } from '../command.js'
import { clientOf } from '../connection.js'
import { clockTime, type Print, plain } from '../print.js'

const shown = (value: unknown) => plain(typeof value === 'string' ? value : JSON.stringify(value ?? null))

/** A line for an entry; undefined for those that others tell already. */
function entryLine(print: Print, entry: JsonObject): string | undefined {
  const time = print.paint('dim', clockTime(Date.parse(String(entry.at)) || 0))
  const { delivery, attempt, event, subject } = entry
  switch (entry.kind) {
    case 'attempt.completed':
      return isJsonObject(delivery) && isJsonObject(attempt)
        ? attemptLine(print, factsFrom(entry.at, delivery, attempt))
        : undefined
    case 'event.triggered':
      return isJsonObject(event)
        ? `${time}  ${print.paint('bold', shown(event.type))}  triggered as ${shown(event.id)}${event.subject === null ? '' : `, about ${shown(event.subject)}`}`
        : undefined
    case 'delivery.settled':
      return isJsonObject(delivery) && delivery.status === 'cancelled'
        ? `${time}  ${shown(delivery.id)} cancelled`
        : undefined
    case 'subject.moved':
      return isJsonObject(subject)
        ? `${time}  ${shown(subject.kind)} ${shown(subject.id)} is now ${shown(subject.state)}`
        : undefined
    case 'subscription.changed':
      return `${time}  subscription ${shown(entry.subscriptionId)} ${shown(entry.change)}`
    case 'call.received':
      return `${time}  ${shown(entry.provider)} was asked: ${shown(entry.method)} ${shown(entry.path)} → ${shown(entry.status)}`
    case 'fault.fired':
      return `${time}  fault ${shown(entry.fault)} on ${shown(entry.deliveryId)}, attempt ${shown(entry.attempt)}`
    case 'clock.moved':
      return `${time}  the clock was moved to ${shown(entry.to)}`
    case 'reset':
      return `${time}  everything forgotten`
    default:
      return undefined
  }
}

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: ['Shows what a running server does as it happens, until it is interrupted or the server stops.'],
  options: ['server', 'token'],
  graceful: true,
  examples: () => ['watch', 'watch --server http://127.0.0.1:4010/spaces/worker-3', 'watch --json'],
  run: async ({ options, print, signal }) => {
    const client = clientOf(options)
    return new Promise<number>((resolve, reject) => {
      const hear = (entry: JsonObject) => {
        print.record(entry)
        const line = entryLine(print, entry)
        if (line !== undefined) print.line(line)
      }
      const ended = (error?: Error) => {
        print.note(error === undefined ? 'the server has stopped' : error.message)
        resolve(error === undefined ? EXIT.success : EXIT.couldNotRun)
      }
      client.stream('/journal', hear, ended).then(stop => {
        const leave = (code: number) => {
          stop()
          resolve(code)
        }
        print.note(`watching ${client.server}`)
        print.onClosed(() => leave(EXIT.success))
        signal.addEventListener('abort', () => leave(EXIT.interrupted), { once: true })
        if (signal.aborted) leave(EXIT.interrupted)
      }, reject)
    })
  },
})
