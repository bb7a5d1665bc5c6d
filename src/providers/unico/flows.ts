// What a flow consists of, read from its name as Unico's overview composes them.
import type { JsonObject } from '../../core/json.js'

/** The parts of a flow. */
export interface FlowParts {
  /** Compares the face with an identity (`idlive…` and `idage…` do not). */
  identity: boolean
  documents: boolean
  signature: boolean
  score: boolean
  serpro: boolean
  /** Gives the behaviour alert. */
  trust: boolean
  /** 1:1 against an earlier process. */
  token: boolean
}

/** The parts of a flow by its name; a name not known has those its syllables say. */
export function flowParts(flow: string): FlowParts {
  return {
    identity: !flow.startsWith('idlive') && !flow.startsWith('idage'),
    documents: flow.includes('docs'),
    signature: flow.includes('sign'),
    score: flow.includes('check') || flow === 'creditoconsignado',
    serpro: flow.includes('serpro'),
    trust: flow.includes('trust'),
    token: flow.includes('token'),
  }
}

/** `capacities` of a flow. */
export function capacitiesOf(flow: string): string[] {
  const parts = flowParts(flow)
  const capacities = ['PROCESS_CAPACITY_IDLIVE']
  if (parts.identity) capacities.push('PROCESS_CAPACITY_IDUNICO')
  if (parts.signature) capacities.push('PROCESS_CAPACITY_IDSIGN')
  return capacities
}

/** How a process ended, for what GetProcess shows of it. */
export type Verdict = 'approved' | 'inconclusive' | 'refused' | 'not_live' | 'none'

/** What was measured about a person, the same whatever the verdict. */
export interface Measures {
  authenticationId: string
  score: number
  serpro: number
}

const AUTHENTICATION: Record<Verdict, string> = {
  approved: 'AUTHENTICATION_RESULT_POSITIVE',
  inconclusive: 'AUTHENTICATION_RESULT_INCONCLUSIVE',
  refused: 'AUTHENTICATION_RESULT_NEGATIVE',
  not_live: 'AUTHENTICATION_RESULT_UNSPECIFIED',
  none: 'AUTHENTICATION_RESULT_UNSPECIFIED',
}

/** `authenticationInfo` of a flow that ended so, keys in the order of the current page. `none`: nothing was judged. */
export function authenticationInfo(flow: string, verdict: Verdict, measures: Measures): JsonObject {
  const parts = flowParts(flow)
  const judged = verdict !== 'none'
  const live = judged && verdict !== 'not_live'
  const alert = verdict === 'refused' ? 'TRUST_RESULT_YES' : 'TRUST_RESULT_INCONCLUSIVE'
  const scored = live && parts.score
  return {
    authenticationId: judged ? measures.authenticationId : '',
    livenessResult: !judged
      ? 'LIVENESS_RESULT_UNSPECIFIED'
      : live
        ? 'LIVENESS_RESULT_LIVE'
        : 'LIVENESS_RESULT_NOT_LIVE',
    authenticationResult: parts.identity ? AUTHENTICATION[verdict] : 'AUTHENTICATION_RESULT_UNSPECIFIED',
    identityFraudstersResult: live && parts.trust ? alert : 'TRUST_RESULT_UNSPECIFIED',
    bioTokenEngineResult: 'BIO_TOKEN_ENGINE_RESULT_UNSPECIFIED',
    smartRevalidationResult: 'SMART_REVALIDATION_RESULT_UNSPECIFIED',
    idAgeResult: 'ID_AGE_RESULT_UNSPECIFIED',
    scoreEngineResult: {
      scoreEnabled: !judged ? 'SCORE_ENABLED_UNSPECIFIED' : parts.score ? 'SCORE_ENABLED_TRUE' : 'SCORE_ENABLED_FALSE',
      score: scored ? (verdict === 'refused' ? Math.floor(measures.score / 10) : measures.score) : 0,
    },
    serproResult: { score: live && parts.serpro ? measures.serpro : 0 },
  }
}
