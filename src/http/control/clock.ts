// The emulator's clock: read, and moved where it is a manual one.
import { advance, type Clock, clock, counts, drain } from '../../api/clock.js'
import { EmulatorError } from '../../core/errors.js'
import type { Emulator } from '../../emulator/contract.js'
import { controlRoute, type Family } from './route.js'
import { countsView } from './views.js'

const runsByItself = { description: 'The clock runs by itself and cannot be moved.' }

function clockView({ clock: here, nextDue }: Emulator): Clock {
  const due = nextDue()
  return {
    kind: here.kind,
    speed: here.speed,
    now: new Date(here.now()).toISOString(),
    wall: new Date(here.wall()).toISOString(),
    nextDue: due === undefined ? null : new Date(due).toISOString(),
  }
}

function mustBeManual({ clock: here }: Emulator): void {
  if (here.kind === 'manual') return
  throw new EmulatorError('The clock runs by itself and cannot be moved.', {
    code: 'conflict',
    hint: 'Start the server with --clock manual, or use a space made with {"clock":"manual"}.',
  })
}

export const clockFamily: Family = {
  name: 'clock',
  about: "The emulator's time.",
  routes: [
    controlRoute({
      id: 'getClock',
      method: 'GET',
      path: '/_standin/clock',
      summary: 'Gets the time.',
      answers: { 200: { description: 'The clock.', schema: clock } },
      handler: ({ emulator }) => ({ status: 200, body: clockView(emulator) }),
    }),
    controlRoute({
      id: 'advanceClock',
      method: 'POST',
      path: '/_standin/clock/advance',
      summary:
        'Moves a manual clock by exactly this much, stopping at each due delivery and timer; answers when nothing is in flight.',
      body: advance,
      answers: { 200: { description: 'Counts when nothing is in flight or due.', schema: counts }, 409: runsByItself },
      handler: async ({ emulator, body }) => {
        mustBeManual(emulator)
        return { status: 200, body: countsView(emulator, await emulator.advance(body.by)) }
      },
    }),
    controlRoute({
      id: 'drainClock',
      method: 'POST',
      path: '/_standin/clock/drain',
      summary:
        'Moves a manual clock to the last due delivery or timer within a limit; answers when nothing is in flight.',
      body: drain,
      answers: { 200: { description: 'Counts when nothing is in flight or due.', schema: counts }, 409: runsByItself },
      handler: async ({ emulator, body }) => {
        mustBeManual(emulator)
        return { status: 200, body: countsView(emulator, await emulator.drain({ upToMs: body.upTo })) }
      },
    }),
  ],
}
