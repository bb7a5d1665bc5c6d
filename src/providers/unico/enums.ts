// Unico's enumerations as plain data: last events, flows, document types, states, results and error codes.

/** Each `lastEvent` with its `lastEventDescription`. Source: Event types, "lastEvent enumeration". */
export const LAST_EVENTS = {
  EVENT_TYPE_PROCESS_CREATED: 'Process created',
  EVENT_TYPE_QR_CODE_READ: 'QR code was read',
  EVENT_TYPE_PROCESS_STARTED_BY_USER: 'Process started by user',
  EVENT_TYPE_IDENTITY_VALIDATION_STEP_FINISHED: 'Identity validation step finished',
  EVENT_TYPE_DOCUMENT_STEP_STARTED: 'Document step has started',
  EVENT_TYPE_DOCUMENT_PHOTO_CAPTURED: 'Photo of the document taken',
  EVENT_TYPE_DOCUMENT_UPLOADED_FROM_GALLERY: 'Document uploaded from gallery',
  EVENT_TYPE_DOCUMENT_STEP_FINISHED: 'Document step finished',
  EVENT_TYPE_SESSION_ENDED: 'Session ended by timeout or by new session created',
  EVENT_TYPE_ERROR_ON_DOCUMENT_STEP: 'Error on document step',
} as const

/** A `lastEvent`. */
export type LastEvent = keyof typeof LAST_EVENTS

/** The names of LAST_EVENTS, in its order. */
export const LAST_EVENT_NAMES = Object.keys(LAST_EVENTS) as [LastEvent, ...LastEvent[]]

/** The last event of an expired process without a history. Source: Event types, "Example payload". */
export const DEFAULT_LAST_EVENT: LastEvent = 'EVENT_TYPE_SESSION_ENDED'

/** `process.state` of GetProcess; the webhook's `state` is always the finished one. Source: DC GetProcess, state; Event types, "Payload schema". */
export const PROCESS_STATES = ['PROCESS_STATE_CREATED', 'PROCESS_STATE_FAILED', 'PROCESS_STATE_FINISHED'] as const

/** `process.result` of GetProcess. Source: DC GetProcess, result. */
export const PROCESS_RESULTS = [
  'PROCESS_RESULT_UNSPECIFIED',
  'PROCESS_RESULT_OK',
  'PROCESS_RESULT_ERROR',
  'PROCESS_RESULT_INVALID_IDENTITY',
  'PROCESS_RESULT_EXPIRED',
] as const

/** A `process.result`. */
export type ProcessResult = (typeof PROCESS_RESULTS)[number]

/** The webhook's `result`, with the `process.result` of GetProcess of the same name. Source: Event types, "Payload schema"; the mapping is assumed. */
export const RESULTS = {
  ok: 'PROCESS_RESULT_OK',
  expired: 'PROCESS_RESULT_EXPIRED',
  invalid_identity: 'PROCESS_RESULT_INVALID_IDENTITY',
} as const satisfies Record<string, ProcessResult>

/** A `result` of the webhook. */
export type Result = keyof typeof RESULTS

/** `flow` of CreateProcess. Source: DC CreateProcess, flow; then DC Onboarding, flow; DC Transactional, flow. The last two are assumed. */
export const FLOWS = [
  'idlive',
  'id',
  'idlivetrust',
  'idcheck',
  'iddocs',
  'idsign',
  'iddocssign',
  'idchecktrust',
  'idchecktrustdocs',
  'idchecktrustsign',
  'idchecktrustdocssign',
  'idcheckserpro',
  'idcheckserprodocs',
  'idcheckserprodocssign',
  'creditoconsignado',
  'idtrust',
  'idunicodocs',
  'idunicosign',
  'idunicodocssign',
  'idunicoserprodocssign',
  'idtrustdocs',
  'idtrustsign',
  'idtrustdocssign',
  'idtoken',
  'idtokentrust',
  'idtokensign',
  'idsmart',
  'idage',
  'idagedocumentless',
  'idonboarding',
  'idtransactional',
  'idunicodocs_r2',
  'adaptiveidtoken',
] as const

/** `purpose` of CreateProcess. Source: CreateProcess, purpose. */
export const PURPOSES = ['creditprocess', 'biometryonboarding', 'carpurchase', 'ageverification'] as const

/** `person.duiType` of CreateProcess. Source: CreateProcess, person. */
export const DUI_TYPES = [
  'DUI_TYPE_BR_CPF',
  'DUI_TYPE_MX_CURP',
  'DUI_TYPE_US_SSN',
  'DUI_TYPE_BR_PASSPORT',
  'DUI_TYPE_AR_PASSPORT',
  'DUI_TYPE_AR_DNI',
  'DUI_TYPE_NG_NIN',
  'DUI_TYPE_CL_RUN',
  'DUI_TYPE_EC_NI',
  'DUI_TYPE_US_PASSPORT',
  'DUI_TYPE_GT_CUI',
  'DUI_TYPE_UY_CI',
  'DUI_TYPE_ZZ_EMAIL',
  'DUI_TYPE_ID_NIK',
  'DUI_TYPE_ZZ_PHONE_NUMBER',
  'DUI_TYPE_US_DRIVER_LICENSE',
  'DUI_TYPE_NG_BVN',
] as const

/** `person.notifications[].notificationChannel`. Source: CreateProcess, person. */
export const NOTIFICATION_CHANNELS = [
  'NOTIFICATION_CHANNEL_WHATSAPP',
  'NOTIFICATION_CHANNEL_SMS',
  'NOTIFICATION_CHANNEL_EMAIL',
] as const

/** Steps of a magic link, by our names without spaces. Source: Magic Link V1, steps table. */
export const MAGIC_LINK_STEPS = {
  form_start: 'form_start',
  form_document_front: 'form document_front',
  form_document_back: 'form document_back',
  form_document: 'form_document',
  form_selfie: 'form_selfie',
  form_decision_maker: 'form_decision_maker',
} as const

/** The names of MAGIC_LINK_STEPS, in the order of the journey. */
export const STEP_NAMES = Object.keys(MAGIC_LINK_STEPS) as [
  keyof typeof MAGIC_LINK_STEPS,
  ...(keyof typeof MAGIC_LINK_STEPS)[],
]

/** Results of a magic link: label, and result of the identity check; assumed. */
export const MAGIC_LINK_LABELS = {
  no_threat: ['No Threat', 'APPROVED'],
  review: ['Review', 'INCONCLUSIVE'],
  potential_threat: ['Potential Threat', 'NOT_APPROVED'],
} as const

/** A result of a magic link. */
export type MagicLinkLabel = keyof typeof MAGIC_LINK_LABELS

/** The names of MAGIC_LINK_LABELS. */
export const LABEL_NAMES = Object.keys(MAGIC_LINK_LABELS) as [MagicLinkLabel, ...MagicLinkLabel[]]

/** Error codes of the token endpoint and their meaning. Source: Authentication errors, table of codes. */
const TOKEN_ERRORS = {
  '1.0.1': 'the tenant id in iss is wrong',
  '1.0.14': 'the application is not active',
  '1.1.1': 'scope is missing',
  '1.2.4': 'the JWT has expired',
  '1.2.5': 'the JWT cannot be validated',
  '1.2.6': 'the signing key is no longer acceptable',
  '1.2.7': 'the JWT was used before',
  '1.2.11': 'the account is not active',
  '1.2.14': 'the account lacks permission',
  '1.2.18': 'the account is locked after too many invalid attempts',
  '1.2.19': 'the account may not impersonate',
  '1.2.20': 'the JWT cannot be decoded',
  '1.2.21': 'the JWT cannot be decoded, or was signed with another private key',
  '1.2.22': 'the JWT has claims that are not allowed',
} as const

/** An error code of the token endpoint. */
export type TokenError = keyof typeof TOKEN_ERRORS

/** The names of TOKEN_ERRORS. */
export const TOKEN_ERROR_CODES = Object.keys(TOKEN_ERRORS) as [TokenError, ...TokenError[]]

/** Lifetime of a process without `expiresIn`: 7 days, in ms. Source: DC CreateProcess, expiresIn. */
export const DEFAULT_LIFETIME_MS = 7 * 86_400_000
