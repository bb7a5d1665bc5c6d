// GET /client/v1/process/{processId}/selfie: the captured face, once there is one.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Route } from '../../../provider/routes.js'
import { lifeOf, textOf } from '../subjects.js'
import { failure, REFUSED, refuse, settingsOf } from './dialect.js'
import { processOf } from './get-process.js'
import { PORTRAIT_JPEG } from './portrait.js'

/** Whether a face was captured in a process: never by `idsmart`. */
function captured(data: JsonObject): boolean {
  if (textOf(data, 'flow') === 'idsmart') return false
  const result = textOf(data, 'result')
  if (result === 'PROCESS_RESULT_OK' || result === 'PROCESS_RESULT_INVALID_IDENTITY') return true
  return lifeOf(data).events.some(event => event.type === 'EVENT_TYPE_IDENTITY_VALIDATION_STEP_FINISHED')
}

/** A file in base64, as selfie and evidence set answer with. */
export const fileAnswer = z.object({ fileContents: z.base64(), contentType: z.string() })

/** Unico's GetSelfie. The query `raw` of older pages is taken and changes nothing: the image has its mark drawn in. */
export const selfie: Route = {
  method: 'GET',
  path: '/client/v1/process/{processId}/selfie',
  summary: 'Get the selfie of a process',
  documented: true,
  query: z.looseObject({ raw: z.enum(['true', 'false']).optional().describe('Older pages: without watermark.') }),
  answers: {
    200: { description: 'The image', schema: fileAnswer },
    400: failure('The process id is not a UUID (code 3)'),
    401: failure('No valid access token'),
    403: failure('No permission (code 7)'),
    404: failure('No such process, or no face captured (code 5)'),
    429: failure('Over the rate limit'),
    500: failure('Internal failure (code 99999)'),
  },
  handler(call) {
    if (settingsOf(call.port).refusals.includes('selfie')) return refuse(call.port, REFUSED.noPermission)
    const found = processOf(call)
    if ('refusal' in found) return found.refusal
    if (!captured(found.subject.data)) return refuse(call.port, REFUSED.notFound)
    return { status: 200, body: { fileContents: PORTRAIT_JPEG, contentType: 'image/jpeg' } }
  },
}
