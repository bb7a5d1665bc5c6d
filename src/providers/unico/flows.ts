// The parts of a flow, from its name. Source: DC Overview, meanings of the flows.
import type { JsonObject } from '../../core/json.js'

/** The parts of a flow. */
export interface FlowParts {
  /** Captures a face (`idsmart` does not). Source: GetSelfie, notes. */
  capture: boolean
  /** Compares the face with an identity (`idlive…` and `idage…` do not). */
  identity: boolean
  documents: boolean
  signature: boolean
  score: boolean
  serpro: boolean
  /** Has the behaviour alert. */
  trust: boolean
  /** 1:1 against an earlier process. */
  token: boolean
}

/** The parts of a flow by its name, also of unknown names. */
export function flowParts(flow: string): FlowParts {
  return {
    capture: flow !== 'idsmart',
    identity: !flow.startsWith('idlive') && !flow.startsWith('idage'),
    documents: flow.includes('docs'),
    signature: flow.includes('sign'),
    score: flow.includes('check') || flow === 'creditoconsignado',
    serpro: flow.includes('serpro'),
    trust: flow.includes('trust'),
    token: flow.includes('token'),
  }
}

/** `capacities` of a flow. Source: DC Flow examples, capacities; DC GetProcess, capacities. */
export function capacitiesOf(flow: string): string[] {
  const parts = flowParts(flow)
  const capacities = parts.capture ? ['PROCESS_CAPACITY_IDLIVE'] : []
  if (parts.identity) capacities.push('PROCESS_CAPACITY_IDUNICO')
  if (parts.signature) capacities.push('PROCESS_CAPACITY_IDSIGN')
  return capacities
}

const VERDICTS = ['approved', 'inconclusive', 'refused', 'not_live', 'none'] as const

/** How a process ended, for its `authenticationInfo`. */
export type Verdict = (typeof VERDICTS)[number]

/** True for a verdict. */
export function isVerdict(value: unknown): value is Verdict {
  return VERDICTS.some(verdict => verdict === value)
}

/** The verdicts that a flow can end with: only a captured face can be not live, only a compared one unknown or somebody else's. */
export function verdictsOf(flow: string): Verdict[] {
  const { capture, identity } = flowParts(flow)
  const compared: Verdict[] = ['inconclusive', 'refused']
  return ['approved', ...(identity ? compared : []), ...(capture ? (['not_live'] as const) : [])]
}

/** Measured values of a person, the same for every verdict. */
export interface Measures {
  authenticationId: string
  score: number
  serpro: number
}

/** Source: DC Response scenarios, table of scenarios. */
const AUTHENTICATION: Record<Verdict, string> = {
  approved: 'AUTHENTICATION_RESULT_POSITIVE',
  inconclusive: 'AUTHENTICATION_RESULT_INCONCLUSIVE',
  refused: 'AUTHENTICATION_RESULT_NEGATIVE',
  not_live: 'AUTHENTICATION_RESULT_UNSPECIFIED',
  none: 'AUTHENTICATION_RESULT_UNSPECIFIED',
}

/** `authenticationInfo` of a flow with this verdict; `none`: nothing was checked. Source: GetProcess, example (key order); DC Response scenarios, table of scenarios (values). */
export function authenticationInfo(flow: string, verdict: Verdict, measures: Measures): JsonObject {
  const parts = flowParts(flow)
  const checked = verdict !== 'none'
  const live = checked && verdict !== 'not_live'
  const alert = verdict === 'refused' ? 'TRUST_RESULT_YES' : 'TRUST_RESULT_INCONCLUSIVE'
  const scored = live && parts.score
  return {
    authenticationId: checked ? measures.authenticationId : '',
    livenessResult:
      !checked || !parts.capture
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
      scoreEnabled: !checked ? 'SCORE_ENABLED_UNSPECIFIED' : parts.score ? 'SCORE_ENABLED_TRUE' : 'SCORE_ENABLED_FALSE',
      score: scored ? (verdict === 'refused' ? Math.floor(measures.score / 10) : measures.score) : 0,
    },
    serproResult: { score: live && parts.serpro ? measures.serpro : 0 },
  }
}
