// What Unico's documents leave open about Magic Link: its events, its webhooks and its API.
import type { Assumption } from '../../provider/assumptions.js'

/** Open questions about Magic Link. */
export const magicLinkAssumptions: readonly Assumption[] = [
  {
    name: 'magicLinkEvents',
    question: 'What are the three events of Magic Link webhooks V2 called, and what do they send?',
    choice:
      'MAGIC_LINK_TRACK, MAGIC_LINK_RESULT and MAGIC_LINK_RETAKE; {event, magic_link_token, metadata, data}, metadata being the URLs of the link and data what webhooks V1 send',
    reason:
      'Three types whose names begin with MAGIC_LIN are published (Magic Link webhook V2, events); the page speaks of track and result events and of reasons for a retake.',
  },
  {
    name: 'magicLinkSteps',
    question: 'Are two steps of a magic link written with a space?',
    choice: 'yes: form document_front and form document_back',
    reason: 'The table has them so (Magic Link V1, steps table).',
  },
  {
    name: 'webhookVersion',
    question: 'Which version has a webhook of Magic Link?',
    choice: 'v2',
    reason:
      'V2 is configured once; V1 is the URL of a link and comes first (Magic Link webhook V2, considerations). A V1 URL gets one attempt of a minute (Magic Link V1, webhook requirements) without retries, which are not documented.',
    setting: 'subscription',
    alternatives: 'v1: set by POST /v2/magic-link for the URLs of a link',
  },
  {
    name: 'magicLinkResult',
    question: 'What is the result of a magic link?',
    choice:
      'response.label (No Threat, Review or Potential Threat), response.unico.result (APPROVED, INCONCLUSIVE or NOT_APPROVED), identity and three images; the webhook sends the same without images',
    reason:
      'Identity data and images are documented without their keys (Magic Link V1, Get Result), and that the verdict is in data.response.unico.result (KYC Magic Link, result).',
  },
  {
    name: 'magicLinkErrors',
    question: 'Which statuses and texts have the errors of Magic Link?',
    choice:
      '403 without an accepted x-api-key, 404 for an unknown link or one without a result, 405, 429 and 500, each with its status as status_code and "error" as status',
    reason: 'Shape and one text are documented (Magic Link V1, errors), statuses are not.',
  },
]
