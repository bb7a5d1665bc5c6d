// GET /client/v1/process/{processId}/selfie: the captured face, once there is one. Source: GetSelfie, response and errors.
import * as z from 'zod'
import type { JsonObject } from '../../../core/json.js'
import type { Route, RouteCall } from '../../../provider/routes.js'
import { historyOf, textOf } from '../subjects.js'
import { ERRORS, errorResponse, failure, processFailures, settingsOf } from './errors.js'
import { processOf } from './get-process.js'

/** A placeholder portrait: a JPEG of 96 by 128 pixels with a watermark, in base64. */
export const PORTRAIT_JPEG =
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19i' +
  'Z2hnPk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj' +
  'Y2NjY2NjY2P/wAARCACAAGADASIAAhEBAxEB/8QAGwABAAMBAQEBAAAAAAAAAAAAAAQFBgMCAQf/xAA2EAACAgEDAQYEBAQHAQAA' +
  'AAABAgADEQQFIRIGEyIxQWEyUZGhcYHB0RQzYvEVJDRDcpKx8P/EABgBAQEBAQEAAAAAAAAAAAAAAAACAQQD/8QAGxEBAQEBAAMB' +
  'AAAAAAAAAAAAAAERAgMSITL/2gAMAwEAAhEDEQA/ANdERKYREQEREBERAREQEREBERAREr973RNr0LW+E3NxUjH4j+w8/wC8Dxuu' +
  '+aTa16Xbvb/SpCMjjPPyHl9ZmNV2r3G580mvTqCcBVDEj0yTn7YlI7s7s7sWZjksTkkzzPO9Vc5i6o7U7pU5Z7a7hjHS9YAHvxia' +
  'Xau0ek3Fu7f/AC9/ojsMNzjAPqfLj3mAiJaWR+rxKXs1uw3DRiq1h/E0jBGSS6+jc/f3/GXU9EEREBERATEdsdWbt0XTgnp06AYI' +
  'HxHkkfl0/SbeUG9bFpNTqW1VllwttIyARjAGPl7CT18iuftYeJpW2DRIpZrblUDJJYAAfSc9Ns+3aqrvaNRc6ZxkEef0nl7R6+tZ' +
  '6Jo7tj0FFTW233IijJJYftFOx6C+pbar7nRhkEMP2me0PWoPZvVnSb1QcnptPdMAAc58vvj6T9CmZ2zs9ol1SW97f11MrqOoYOD6' +
  '8fhNNPXi7Hl3MpERLSREQEhbl/t/n+kmyJuCZqVufCcfWR5PzV+P9RVarT16rTvRbnocc4ODI+2bbXt1TKrF3c+JiMZ+XEmxObbm' +
  'OnJuo24aKvX6Y02ErzlWHofnG36KvQaYU1ktzlmPqfnJMRtzDJupW3/z2/4/qJYyDtyeJ354GBJ06PH+XN5P0RET0QREQE8WoLa2' +
  'Q+onuIFKwKsVPBBwZDOmtpsLaR1VWOTW48P5S91WmFo604cfeVzKVOGBB+RnJ1zea6uep1EJtPqNQQNTYgrGMpXnxfiZMgAk4AyT' +
  'J+k0vTiyweL0Hyjnm9VvXU5n1301Xc0hT5nk/jOsROqTJjkt26RETQiIgInxmCKWYhVAySTwBMxue+W32GvSO1dI46hwze/tDF5q' +
  'd00elyLL1LDPhTxHI9OPL85W39o6SQE0jWL5+NgOfw5mdiVjNaGntHUr4bR92p8yjAn6YEsNNvOh1A4uFbYz02eHH5+X3mOiMhtf' +
  'oETI7dvF+jdVsZraBwVPJA9j+nlNXTbXfUttTBkYZBEnG69xEQ0iJA3rVnSbe7JkO56FI9CfX6Zhil3zdDqbW09LjuFPJU/Gf2/v' +
  '8pUREpJERNCIiAlhtG5PobwrHNDnxg+nuP8A7mV8QN+rB1DKQykZBB4In2VHZzVm/RtS+S1JAB/pPl/4ftLeQomb7UW51FFWPhQt' +
  'nPnk4/SaSZDf2J3e4EkhQoGT5DpE2FV0k6XSi9LHZnC14z0J1HnPOMjjjz9xI076a9KSSyMWyCrI/Sy/ngzUug02n/hrLTe5NbhC' +
  'FrBBJ6sYPV5eH5TrXtytbSr39K2IzO3TnoIXqI8+eMfWcG1Ydbg9YxbctpCnAGOrgf8Ab7Tt/iljd73oazq6ujL/AAdSspA9vEPp' +
  'A+Jt5yBc5Q9VqsAucdChvnznM8HRqdO99dpatULDK4OQygg8/wBQM6jcgUoWyksa1sVmD4L9SBflxgATkdYo070V1Fa2TpGWycll' +
  'JJ45+ECPo6avbf4a3UKLetaU6g3Tjq8YQj2wSfpIEn27l3lesRqv9Q5ZT1fy8sGI9/hEgQLTs7b3e6KuM94hXz8vX9JrJiNtYruO' +
  'mKkg96o4PoTzNvMrY//Z'

/** True if a face was captured in a process; never by `idsmart`. Source: GetSelfie, notes. */
function captured(data: JsonObject): boolean {
  if (textOf(data, 'flow') === 'idsmart') return false
  const result = textOf(data, 'result')
  if (result === 'PROCESS_RESULT_OK' || result === 'PROCESS_RESULT_INVALID_IDENTITY') return true
  return historyOf(data).events.some(event => event.type === 'EVENT_TYPE_IDENTITY_VALIDATION_STEP_FINISHED')
}

/** Whether a process finished so many hours ago that its file is gone. Source: DC GetSelfie, notes; DC Evidence set, notes. */
export function isGone({ port }: RouteCall, data: JsonObject, hours: number): boolean {
  if (settingsOf(port).retention === 'unlimited') return false
  return port.now() >= Date.parse(textOf(data, 'finishedAt')) + hours * 3_600_000
}

/** Schema of the response of GetSelfie and evidence set: a file in base64. */
export const fileAnswer = z.object({ fileContents: z.base64(), contentType: z.string() })

/** GetSelfie. The query `raw` (source: DC GetSelfie, query) is accepted without effect: the placeholder always has a watermark. */
export const selfie: Route = {
  method: 'GET',
  path: '/client/v1/process/{processId}/selfie',
  summary: 'Get the selfie of a process',
  documented: true,
  query: z.looseObject({ raw: z.enum(['true', 'false']).optional().describe('Older pages: without watermark.') }),
  answers: {
    200: { description: 'The image', schema: fileAnswer },
    ...processFailures('No such process, or no face captured'),
    410: failure('The process finished more than 8 hours ago, with retention documented', 'otherErrors'),
  },
  handler(call) {
    if (settingsOf(call.port).refusals.includes('selfie')) return errorResponse(call.port, ERRORS.noPermission)
    const found = processOf(call)
    if ('error' in found) return found.error
    if (!captured(found.subject.data)) return errorResponse(call.port, ERRORS.notFound)
    if (isGone(call, found.subject.data, 8)) return errorResponse(call.port, ERRORS.gone)
    return { status: 200, body: { fileContents: PORTRAIT_JPEG, contentType: 'image/jpeg' } }
  },
}
