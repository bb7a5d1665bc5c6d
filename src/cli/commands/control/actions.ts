// What the commands of the control API with several actions do, by the name of the action.
import type { Counts } from '../../../api/clock.js'
import type { Client } from '../../../client/client.js'
import { EmulatorError, unknownName } from '../../../core/errors.js'
import { EXIT } from '../../command.js'
import { clockTime, counted, type Print, plain } from '../../print.js'
import { faultOf, faultText } from './fault-words.js'

/** The actions of a command that has several, by name; `max` is the most words after it. */
type Actions = Readonly<
  Record<string, { max: number; run(client: Client, words: readonly string[], print: Print): Promise<void> }>
>

/** Runs the action that the first word names. Throws `unknown_name` with "did you mean", and `usage` for too many words. */
export async function act(
  actions: Actions,
  command: string,
  [name = '', ...words]: readonly string[],
  ...[client, print]: [Client, Print]
) {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined) throw unknownName('action', name, Object.keys(actions), { where: `standin ${command}` })
  if (words.length > action.max)
    throw new EmulatorError(`standin ${command} ${name} does not take "${words[action.max]}".`, {
      code: 'usage',
      where: `standin ${command}`,
      hint: `Run standin ${command} --help for examples.`,
    })
  await action.run(client, words, print)
  return EXIT.success
}

/** Ids as the arguments give them, each once; all are looked up before anything is done to one. */
export async function lookedUp(ids: readonly string[], look: (id: string) => Promise<unknown>): Promise<string[]> {
  const each = [...new Set(ids)]
  for (const id of each) await look(id)
  return each
}

function printCounts(print: Print, counts: Counts): void {
  const { now, delivered, waiting, exhausted, cancelled, attempts } = counts
  print.line(
    `${clockTime(now)}  in all ${counted(attempts, 'attempt')}; ${delivered} delivered, ${waiting} waiting, ${exhausted} exhausted, ${cancelled} cancelled`,
  )
  print.record({ kind: 'counts', ...counts })
}

/** The actions of `fault`. */
export const FAULT_ACTIONS: Actions = {
  add: {
    max: Number.POSITIVE_INFINITY,
    run: async (client, words, print) => {
      const added = await client.addFault(faultOf(words))
      print.line(plain(faultText(added)))
      print.record({ kind: 'fault', ...added })
    },
  },
  list: {
    max: 0,
    run: async (client, _, print) => {
      const faults = await client.faults()
      for (const fault of faults) {
        print.line(plain(faultText(fault)))
        print.record({ kind: 'fault', ...fault })
      }
      if (faults.length === 0) print.note(`No faults at ${client.server}.`)
    },
  },
  remove: {
    max: Number.POSITIVE_INFINITY,
    run: async (client, words, print) => {
      if (words.length === 0)
        throw new EmulatorError('fault remove needs the id of a fault.', {
          code: 'usage',
          where: 'standin fault',
          hint: 'standin fault list shows ids; standin fault clear removes all.',
        })
      const known = (await client.faults()).map(({ id }) => id)
      const ids = await lookedUp(words, async id => {
        if (!known.includes(id)) throw unknownName('fault', id, known, { where: 'standin fault remove' })
      })
      for (const id of ids) await client.removeFault(id)
      for (const id of ids) printRemoved(print, id)
    },
  },
  clear: {
    max: 0,
    run: async (client, _, print) => {
      const active = await client.faults()
      await client.clearFaults()
      for (const { id } of active) printRemoved(print, id)
      if (active.length === 0) print.note(`No faults at ${client.server}.`)
    },
  },
}

/** The actions of `clock`. */
export const CLOCK_ACTIONS: Actions = {
  show: {
    max: 0,
    run: async (client, _, print) => {
      const { kind, ...clock } = await client.clock()
      const due = clock.nextDue === null ? 'nothing is due' : `next due ${clockTime(clock.nextDue)}`
      const speed = kind === 'system' && clock.speed !== 1 ? `, speed ${clock.speed}` : ''
      print.line(`${clockTime(clock.now)}  ${kind} clock${speed}, ${due}`)
      print.record({ kind: 'clock', clock: kind, ...clock })
    },
  },
  advance: {
    max: 1,
    run: async (client, [by], print) => {
      if (by === undefined)
        throw new EmulatorError('clock advance needs a duration.', {
          code: 'usage',
          where: 'standin clock',
          hint: 'Use standin clock advance 2h.',
        })
      printCounts(print, await client.advance(durationWord(by)))
    },
  },
  drain: {
    max: 1,
    run: async (client, [upTo], print) =>
      printCounts(print, await client.drain(upTo === undefined ? undefined : durationWord(upTo))),
  },
}

/** A duration as the API takes it; the server says what is wrong with it. */
const durationWord = (text: string) => (/^\d+$/.test(text) ? Number(text) : text)

/** Prints that what has this id is removed. */
export function printRemoved(print: Print, id: string): void {
  print.line(plain(`${id} removed`))
  print.record({ kind: 'removed', id })
}
