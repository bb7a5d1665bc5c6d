// `standin watch`: shows what a running server does, as it happens.
import type { JournalEntry } from '../../api/journal-entry.js'
import { attemptText, serverAttempt } from '../attempt-output.js'
import { createClient } from '../client.js'
import { defineCommand, EXIT } from '../command.js'
import { clockTime, type Print, plain } from '../print.js'

/** An entry in words; undefined if other entries say the same. */
function entryText(print: Print, entry: JournalEntry): string | undefined {
  const timed = (text: string) => `${print.paint('dim', clockTime(entry.at))}  ${text}`
  switch (entry.kind) {
    case 'attempt.completed':
      return attemptText(print, serverAttempt(entry.at, entry.delivery, entry.attempt))
    case 'event.triggered': {
      const { type, id, subject } = entry.event
      const about = subject === null ? '' : `, subject ${plain(subject)}`
      const notes = entry.warnings?.map(warning => `\n  note: ${plain(warning)}`).join('') ?? ''
      return timed(`${print.paint('bold', plain(type))}  triggered as ${plain(id)}${about}${notes}`)
    }
    case 'delivery.settled':
      return entry.delivery.status === 'cancelled' ? timed(`${plain(entry.delivery.id)} cancelled`) : undefined
    case 'subject.moved':
      return timed(plain(`${entry.subject.kind} ${entry.subject.id} is now ${entry.subject.state}`))
    case 'subscription.changed':
      return timed(plain(`subscription ${entry.subscriptionId} ${entry.change}`))
    case 'call.received':
      return timed(plain(`${entry.provider} API: ${entry.method} ${entry.path} → ${entry.status}`))
    case 'fault.fired':
      return timed(plain(`fault ${entry.fault} on ${entry.deliveryId}, attempt ${entry.attempt}`))
    case 'clock.moved':
      return timed(`clock moved to ${plain(entry.to)}`)
    case 'verification.started':
      return timed(plain(`verification ${entry.verification.id} of ${entry.verification.to} started`))
    case 'verification.judged':
      return timed(plain(`${entry.verificationId}: ${entry.check} ${entry.status}`))
    case 'verification.ended': {
      const { id, status, passed, failed, notJudged } = entry.verification
      return timed(plain(`verification ${id} ${status}: ${passed} passed, ${failed} failed, ${notJudged} not judged`))
    }
    case 'run.started':
      return timed(plain(`run ${entry.run.id} of "${entry.run.scenario}" started`))
    case 'step.ended': {
      const { name, text, line, status, seen } = entry.step
      const more = status === 'passed' || seen === null ? '' : `: ${seen}`
      return timed(plain(`${entry.runId}, line ${line}: ${name ?? text} ${status}${more}`))
    }
    case 'run.ended':
      return timed(plain(`run ${entry.run.id} ${entry.run.status}: ${entry.run.reason}`))
    case 'internal-error':
      return timed(plain(`internal error (please report it) while ${entry.doing}: ${entry.message}`))
    case 'reset':
      return timed('everything was reset')
    default:
      return undefined
  }
}

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: ['Show what a running server does as it happens, until you interrupt it or the server stops.'],
  options: ['server', 'token'],
  graceful: true,
  examples: () => ['watch', 'watch --server http://127.0.0.1:4010/spaces/worker-3', 'watch --json'],
  run: async ({ options, print, signal }) => {
    const client = createClient(options)
    return new Promise<number>((resolve, reject) => {
      const onEntry = (entry: JournalEntry) => {
        print.record(entry)
        const text = entryText(print, entry)
        if (text !== undefined) print.line(text)
      }
      const onEnd = (error?: Error) => {
        print.note(error === undefined ? 'the server stopped' : error.message)
        resolve(error === undefined ? EXIT.success : EXIT.couldNotRun)
      }
      const following = client.journal(onEntry, onEnd).then(stop => {
        const end = (code: number) => {
          stop()
          resolve(code)
        }
        print.note(`watching ${client.server}`)
        print.onClosed(() => end(EXIT.success))
        signal.addEventListener('abort', () => end(EXIT.interrupted), { once: true })
        if (signal.aborted) end(EXIT.interrupted)
      })
      following.catch(reject)
    })
  },
})
