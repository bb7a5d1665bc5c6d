// The synthetic event of the test endpoint. Its name is documented, its data are ours.
import * as z from 'zod'
import { define } from './envelope.js'

/** The one test event; it is about the story's entity and changes nothing. */
export const test = {
  test: define('test', {
    data: z.looseObject({ message: z.string() }),
    about: { kind: 'entity', idKey: 'entity_id', idFact: 'entity_id' },
    state: 'not_screened',
    make: () => ({ message: 'This is a test event.' }),
  }),
}
