// GET /client/v1/process/{processId}/evidenceset: a one-page PDF about a finished process. Source: Evidence set, response and errors.
import { isJsonObject } from '../../../core/json.js'
import type { Route } from '../../../provider/routes.js'
import { historyOf, textOf } from '../subjects.js'
import { ERRORS, errorResponse, processFailures, settingsOf } from './errors.js'
import { processOf } from './get-process.js'
import { onePagePdf } from './pdf.js'
import { fileAnswer } from './selfie.js'

/** The evidence set, of finished processes only. */
export const evidenceSet: Route = {
  method: 'GET',
  path: '/client/v1/process/{processId}/evidenceset',
  summary: 'Get the evidence set of a finished process',
  documented: true,
  answers: {
    200: { description: 'The PDF', schema: fileAnswer },
    ...processFailures('No such process, or not finished'),
  },
  handler(call) {
    if (settingsOf(call.port).refusals.includes('evidenceset')) return errorResponse(call.port, ERRORS.noPermission)
    const found = processOf(call)
    if ('error' in found) return found.error
    const { data, state } = found.subject
    if (state !== 'PROCESS_STATE_FINISHED') return errorResponse(call.port, ERRORS.notFound)
    const info = isJsonObject(data.authenticationInfo) ? data.authenticationInfo : {}
    const person = isJsonObject(data.person) ? data.person : {}
    const fileContents = onePagePdf('Conjunto probatório', [
      `Processo: ${textOf(data, 'id')}`,
      `Fluxo: ${textOf(data, 'flow')}`,
      `Nome: ${historyOf(data).fullName}`,
      `${textOf(person, 'duiType')}: ${textOf(person, 'duiValue')}`,
      `Resultado: ${textOf(data, 'result')}`,
      `Prova de vida: ${textOf(info, 'livenessResult')}`,
      `Autenticação: ${textOf(info, 'authenticationResult')}`,
      `Criado em: ${textOf(data, 'createdAt')}`,
      `Finalizado em: ${textOf(data, 'finishedAt')}`,
      'Emitido pelo Standin; não é um documento da Unico.',
    ])
    return { status: 200, body: { fileContents, contentType: 'application/pdf' } }
  },
}
