// Subjects: the present state of a process, a flow, a screening, and moving one on by hand.
import {
  move,
  movedSubject,
  type SubjectDetail,
  subjectDetail,
  subjectOfProvider,
  subjectPage,
  subjectQuery,
} from '../../api/subject.js'
import { EmulatorError } from '../../core/errors.js'
import type { Subject } from '../../core/subject.js'
import type { Emulator } from '../../emulator/contract.js'
import { controlRoute, type Family, idParams } from './route.js'
import { pageView, subjectView } from './views.js'

const missing = { description: 'There is no such subject.' }

function existing(emulator: Emulator, id: string, provider?: string): Subject {
  for (const { name } of emulator.providers) {
    if (provider !== undefined && provider !== name) continue
    const found = emulator.ledger.subject(name, id)
    if (found) return found
  }
  throw new EmulatorError(`There is no subject ${id}.`, {
    code: 'not_found',
    hint: 'List them with GET /_standin/subjects.',
  })
}

async function detail(emulator: Emulator, found: Subject): Promise<SubjectDetail> {
  const { behaviour } = await emulator.load(found.provider)
  const timers = emulator.ledger.timers(found.provider).filter(({ subject }) => subject === found.id)
  return {
    ...subjectView(emulator, found),
    moves: [...(behaviour.moves?.(found) ?? [])],
    timers: timers.map(({ name, at }) => ({ name, at: new Date(at).toISOString() })),
  }
}

export const subjectsFamily: Family = {
  name: 'subjects',
  about: 'What events are about.',
  routes: [
    controlRoute({
      id: 'listSubjects',
      method: 'GET',
      path: '/_standin/subjects',
      summary: 'Lists subjects, newest first.',
      query: subjectQuery,
      answers: { 200: { description: 'A page of subjects.', schema: subjectPage } },
      handler: ({ emulator, query: { limit, before, ...filter } }) => ({
        status: 200,
        body: pageView(emulator.ledger.subjects(filter, { limit: limit + 1, before }), limit, row =>
          subjectView(emulator, row),
        ),
      }),
    }),
    controlRoute({
      id: 'getSubject',
      method: 'GET',
      path: '/_standin/subjects/{id}',
      summary: 'Gets a subject, the states it can be moved to, and what it will do by itself.',
      params: idParams,
      query: subjectOfProvider,
      answers: { 200: { description: 'The subject.', schema: subjectDetail }, 404: missing },
      handler: async ({ emulator, params, query }) => ({
        status: 200,
        body: await detail(emulator, existing(emulator, params.id, query.provider)),
      }),
    }),
    controlRoute({
      id: 'moveSubject',
      method: 'POST',
      path: '/_standin/subjects/{id}/moves',
      summary: 'Moves a subject to another state, which may trigger events.',
      params: idParams,
      body: move,
      answers: {
        200: { description: 'The subject as it is now.', schema: movedSubject },
        400: { description: 'There is no such move.' },
        404: missing,
        409: { description: 'It cannot be moved there from its present state.' },
      },
      handler: async ({ emulator, params, body }) => {
        existing(emulator, params.id)
        const moved = await emulator.move(params.id, body.to)
        return { status: 200, body: { ...(await detail(emulator, moved)), warnings: moved.warnings } }
      },
    }),
  ],
}
