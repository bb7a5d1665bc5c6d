// GET /client/v1/process/{processId}/evidenceset: a one-page PDF about a finished process. Source: Evidence set, response and errors.
import { isJsonObject } from '../../../core/json.js'
import type { Route } from '../../../provider/routes.js'
import { holderIn, textOf } from '../subjects.js'
import { ERRORS, errorResponse, failure, processFailures, settingsOf } from './errors.js'
import { processOf } from './get-process.js'
import { onePagePdf } from './pdf.js'
import { fileAnswer, isGone } from './selfie.js'

/** The evidence set, of finished processes only. */
export const evidenceSet: Route = {
  method: 'GET',
  path: '/client/v1/process/{processId}/evidenceset',
  summary: 'Get the evidence set of a finished process',
  documented: true,
  answers: {
    200: { description: 'The PDF', schema: fileAnswer },
    ...processFailures('No such process, or not finished'),
    409: failure('Not finished, with unfinishedStatus 409', 'otherErrors'),
    410: failure('The process finished more than 2 hours ago, with retention documented', 'otherErrors'),
  },
  handler(call) {
    if (settingsOf(call.port).refusals.includes('evidenceset')) return errorResponse(call.port, ERRORS.noPermission)
    const found = processOf(call)
    if ('error' in found) return found.error
    const { data, state } = found.subject
    if (state !== 'PROCESS_STATE_FINISHED') {
      const conflict = settingsOf(call.port).unfinishedStatus === 409
      return errorResponse(call.port, conflict ? ERRORS.notFinished : ERRORS.notFound)
    }
    if (isGone(call, data, 2)) return errorResponse(call.port, ERRORS.gone)
    const info = isJsonObject(data.authenticationInfo) ? data.authenticationInfo : {}
    const person = isJsonObject(data.person) ? data.person : {}
    const fileContents = onePagePdf('Conjunto probatório', [
      `Processo: ${textOf(data, 'id')}`,
      `Fluxo: ${textOf(data, 'flow')}`,
      `Nome: ${holderIn(data).fullName}`,
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
