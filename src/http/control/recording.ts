// Recording: what happened in this space, written as a scenario.
import { recording, recordingQuery } from '../../api/recording.js'
import { EmulatorError } from '../../core/errors.js'
import { checkFilterNames } from './filter-names.js'
import { controlRoute, type Family } from './route.js'

export const recordingFamily: Family = {
  name: 'recording',
  about: 'What happened, as a scenario.',
  routes: [
    controlRoute({
      id: 'getRecording',
      method: 'GET',
      path: '/_standin/recording',
      summary: 'Writes the events as a scenario: in order, with their payloads and the time between them.',
      description: 'Secrets are not written; they become variables that are read from the environment.',
      query: recordingQuery,
      answers: {
        200: { description: 'The scenario.', schema: recording },
        404: { description: 'There are no such events.' },
        413: { description: 'The payloads are too long for a scenario.' },
      },
      handler: async ({ emulator, query: { format, ...choice } }) => {
        const [{ recordingOf }, { recordScenario, scenarioText }] = await Promise.all([
          import('../recording.js'),
          import('../../scenario/record.js'),
        ])
        const recorded = await recordingOf(emulator, choice)
        const { length } = recorded.events
        if (length === 0) {
          await checkFilterNames(emulator, choice)
          throw new EmulatorError('There are no such events.', {
            code: 'not_found',
            hint: 'Trigger an event first.',
          })
        }
        const [first] = recorded.events
        const day = new Date(first?.createdAt ?? 0).toISOString().slice(0, 10)
        const file = `recorded-${day}.${format}`
        return { status: 200, body: { events: length, file, text: scenarioText(recordScenario(recorded), file) } }
      },
    }),
  ],
}
