// KYC Genie's event types as plain data, in the published order, with their variants.
// Source of names and titles: Webhooks API, "Event Types"; of two autoflag types: Webhooks API (new), list of event types.
import type { EventType } from '../../provider/channel.js'

type Variants = EventType['variants']

const WORKFLOWS = [
  { name: 'as_created', title: "The story's own workflow; questionnaire and verification when it has none yet" },
  { name: 'ddq_and_verification', title: 'Questionnaire and verification' },
  { name: 'ddq_only', title: 'Questionnaire only' },
  { name: 'verification_only', title: 'Verification only' },
] as const
const [AS_CREATED, BOTH, DDQ_ONLY, VERIFICATION_ONLY] = WORKFLOWS
const WITH_DDQ = [AS_CREATED, BOTH, DDQ_ONLY] as const
const WITH_VERIFICATION = [AS_CREATED, BOTH, VERIFICATION_ONLY] as const

const CLEAR = { name: 'clear', title: 'Nothing found' } as const
const CONSIDER = { name: 'consider', title: 'Something to consider' } as const
const ATTENTION = { name: 'attention', title: 'Needs attention' } as const
const ISSUE = { name: 'issue', title: 'An issue was found' } as const
const ERROR = { name: 'error', title: 'Could not be carried out' } as const
const OUTCOMES = [CLEAR, CONSIDER, ATTENTION, ISSUE, ERROR] as const
const NON_DOCUMENT_OUTCOMES = [CLEAR, CONSIDER, ATTENTION, ERROR] as const

type Row = readonly [name: string, title: string, variants?: Variants]

/** Rows as event types; names and variants stay literal types, so that an editor can complete them. */
type Typed<Rows extends readonly Row[]> = {
  readonly [I in keyof Rows]: EventType & {
    name: Rows[I][0]
    variants: Rows[I][2] extends Variants ? Rows[I][2] : readonly []
  }
}

function types<const Rows extends readonly Row[]>(subject: string, rows: Rows): Typed<Rows> {
  const eventTypes: EventType[] = rows.map(([name, title, variants = []]) => ({
    name,
    title,
    subject,
    variants,
    documented: true,
  }))
  // TypeScript does not see that map keeps the places of a tuple.
  return eventTypes as unknown as Typed<Rows>
}

// The 32 types of the page, the two autoflag types of its newer version, and `test`.
const named = [
  ...types('onboarding', [
    ['onboarding.created', 'Onboarding link generated and sent to the entity', WORKFLOWS],
    ['onboarding.ddq_completed', 'Entity finished the DDQ step within its onboarding session', WITH_DDQ],
    [
      'onboarding.verification_completed',
      'Entity finished the identity verification step within its onboarding session',
      WITH_VERIFICATION,
    ],
    ['onboarding.completed', 'All required steps completed, the entity is fully onboarded', WORKFLOWS],
    ['onboarding.expired', 'Onboarding link expired before the entity completed all steps', WORKFLOWS],
    ['onboarding.revoked', 'Onboarding link permanently revoked by your team', WORKFLOWS],
    ['onboarding.link_regenerated', 'New token issued for an existing session (link resent or refreshed)', WORKFLOWS],
  ]),
  ...types('response', [
    [
      'response.created',
      'New response (DDQ submission) created',
      [
        { name: 'draft', title: 'Sent to the entity' },
        { name: 'prefill', title: 'To be filled in over the API before it is sent' },
      ],
    ],
    ['response.submitted', 'Entity submitted its completed response'],
    ['response.reviewed', 'Response reviewed by the compliance team'],
    ['response.approved', 'Response approved'],
    [
      'response.rejected',
      'Response rejected',
      [
        { name: 'at_approval', title: 'By the manager, after the review' },
        { name: 'at_review', title: 'By the reviewer' },
      ],
    ],
    ['response.autofill_completed', 'AI autofill completed'],
    ['response.check_answers_completed', 'AI check of the answers completed'],
    ['response.autoflag_started', 'AI autoflag analysis started'],
    ['response.autoflag_completed', 'AI autoflag analysis completed'],
    ['response.autoflag_failed', 'AI autoflag analysis failed'],
  ]),
  ...types('screening', [
    [
      'screening.completed',
      'AML screening check finished successfully',
      [CLEAR, { name: 'match', title: 'One or more risk profiles found' }],
    ],
    [
      'screening.failed',
      'AML screening met an error',
      [
        { name: 'source_unavailable', title: 'A data source did not answer' },
        { name: 'incomplete_entity', title: 'The entity lacks data' },
      ],
    ],
  ]),
  ...types('batch', [
    ['batch.completed', 'Batch screening operation completed'],
    [
      'batch.progress',
      'Progress update of a batch screening',
      [
        { name: 'quarter', title: 'A quarter of the items done' },
        { name: 'half', title: 'Half of the items done' },
        { name: 'three_quarters', title: 'Three quarters of the items done' },
      ],
    ],
    [
      'batch.failed',
      'Batch screening operation failed',
      [
        { name: 'aborted', title: 'Stopped where it was' },
        { name: 'all_failed', title: 'Every item failed' },
      ],
    ],
  ]),
  ...types('verification_session', [
    ['verification.session_created', 'New identity verification session started'],
    ['verification.session_accessed', 'Verification session accessed by the entity'],
    ['verification.session_completed', 'Verification session completed successfully', OUTCOMES],
    [
      'verification.session_failed',
      'Verification session failed',
      [
        { name: 'document_fake', title: 'The document is not genuine' },
        { name: 'face_mismatch', title: 'The face does not match the document' },
        { name: 'error', title: 'The check could not be carried out' },
      ],
    ],
    ['verification.session_expired', 'Verification session expired'],
  ]),
  ...types('check', [['verification.check_completed', 'Identity verification check completed', OUTCOMES]]),
  ...types('non_document_check', [
    ['non_document.check_initiated', 'Non-document check initiated'],
    ['non_document.completed', 'Non-document check completed with results', NON_DOCUMENT_OUTCOMES],
    [
      'non_document.reviewed',
      'Non-document check reviewed',
      [
        { name: 'as_completed', title: "The story's own outcome; clear when it has none yet" },
        ...NON_DOCUMENT_OUTCOMES,
      ],
    ],
  ]),
  ...types('case', [
    ['case.opened', 'New case opened for investigation'],
    ['case.resolved', 'Case resolved or closed'],
  ]),
  ...types('alert', [['alert.created', 'New alert created']]),
  ...types('entity', [['test', 'Synthetic event sent by the test endpoint, POST /api/v1/webhooks/test/']]),
] as const

/** The catalog's types, with literal names and variants. */
export type NamedTypes = typeof named

/** The catalog; `test` is sent only to subscriptions that name it. */
export const eventTypes: readonly EventType[] = named.map(type =>
  type.name === 'test' ? { ...type, onlyByName: true } : type,
)

/** What stands for every event type in a subscription. Source: Webhooks API, "Event Types", Special Event Types. */
export const ALL = 'all'
/** What it is; that deliveries have the concrete type is assumed (wildcardTypeValue). */
export const ALL_TITLE = 'Wildcard subscription to all event types; a delivery has its concrete type, never all'

/** The catalog with the further response types that the user has named. */
export function catalog(extraEventTypes: readonly string[]): readonly EventType[] {
  if (extraEventTypes.length === 0) return eventTypes
  const known = new Set(eventTypes.map(({ name }) => name))
  const extra = extraEventTypes
    .filter(name => !known.has(name))
    .map(name => ({
      name,
      title: 'Named by the user',
      subject: 'response',
      variants: [],
      documented: false,
      assumption: 'extraEventTypes',
    }))
  return [...eventTypes, ...extra]
}
