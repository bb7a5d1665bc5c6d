// Errors of Unico's by-client API: codes and texts of its pages, in the shape that they print.
// Source: DC by-client Errors, introduction and Create Process; Check errors, CreateProcess; IDLive errors, CreateProcess.
import * as z from 'zod'
import type { RouteAnswer } from '../../../provider/routes.js'

const TEXTS_400 = {
  '20001': 'O parâmetro authtoken não foi informado.',
  '20002': 'O parâmetro APIKey não foi informado.',
  '20003': 'The request body is missing or invalid.',
  '20004': 'O parâmetro subject não foi informado.',
  '20005': 'O parâmetro subject.code não foi informado.',
  '20006': 'O parâmetro subject.name não foi informado.',
  '20009': 'O parâmetro imagebase64 não foi informado.',
  '20019': 'O parâmetro birthdate é inválido.',
  '20047': 'Parâmetro birthdate não permitido. Idade máxima é de 150 anos.',
  '20048': 'Parâmetro birthdate não permitido. Idade mínima é de 15 anos.',
  '20505': 'O base64 informado não é suportado. Os formatos aceitos são png, jpeg e webp.',
  '20506': 'O base64 informado é muito grande. O tamanho máximo suportado é até 800kb.',
  '20507': 'O parâmetro subject.code é inválido.',
  '20508': 'O parâmetro subject.gender é inválido',
  '20807': 'A imagem precisa estar no padrão HD ou possuir uma resolução superior a 640 x 480.',
  '20900': 'O base64 informado não é válido.',
  '10506': 'O bundle informado é inválido.',
  '10507': 'The JWT with the captured face is expired',
  '10508': 'The JWT with the captured face has already been used',
} as const

const TEXTS_403 = {
  '10201': 'O AppKey informado é inválido',
  '10501': 'O token informado é inválido',
  '10502': 'O token informado está expirado',
  '30017': 'O usuário não tem permissão para executar está ação',
} as const

/** A code that the by-client API refuses a request with. */
export type ByClientCode = keyof typeof TEXTS_400 | keyof typeof TEXTS_403

/** Every code, for the setting that names one. */
export const BY_CLIENT_CODES = [...Object.keys(TEXTS_400), ...Object.keys(TEXTS_403)] as [
  ByClientCode,
  ...ByClientCode[],
]

const answer = (status: number, code: string, description: string): RouteAnswer => ({
  status,
  body: { error: { code, description } },
})

const has = <T extends object>(texts: T, code: PropertyKey): code is keyof T => Object.hasOwn(texts, code)

/** The response with a documented code. */
export function byClientError(code: ByClientCode): RouteAnswer {
  return has(TEXTS_403, code) ? answer(403, code, TEXTS_403[code]) : answer(400, code, TEXTS_400[code])
}

/** The response to the first issue of a body, whose message is its code. */
export function byClientInvalid(issues: readonly { message: string }[]): RouteAnswer {
  const code = issues[0]?.message ?? ''
  return has(TEXTS_400, code) ? byClientError(code) : byClientError('20003')
}

/** Responses whose code no page has: the code is the status (assumed). */
const OPEN_ERRORS = {
  400: 'O processo informado é inválido.',
  404: 'O processo informado não foi encontrado.',
  405: 'Method Not Allowed',
  410: 'O processo informado terminou com erro.',
  429: 'Too Many Requests',
} as const

/** A response without a documented code. */
export function byClientOpenError(status: keyof typeof OPEN_ERRORS): RouteAnswer {
  return answer(status, String(status), OPEN_ERRORS[status])
}

/** 500. Source: IDLive errors, CreateProcess. */
export function byClientInternal(): RouteAnswer {
  return answer(500, '510', 'Falha interna!')
}

/** Schema of an error body. Source: DC by-client Errors, introduction. */
export const byClientErrorBody = z.object({ error: z.object({ code: z.string(), description: z.string() }) })
