// The state of a run and of a step, in words, colour and icon.
import type { Run, RunDetail } from '../../api/run.js'
import { Badge, type Tone } from '../components/badge.js'

const RUN: Readonly<Record<Run['status'], Tone>> = {
  running: 'busy',
  passed: 'good',
  failed: 'bad',
  'not run': 'waiting',
}

/** The state of a run. */
export const RunBadge = ({ status }: { status: Run['status'] }) => <Badge tone={RUN[status]}>{status}</Badge>

const STEP: Readonly<Record<RunDetail['steps'][number]['status'], Tone>> = {
  pending: 'waiting',
  running: 'busy',
  passed: 'good',
  failed: 'bad',
  error: 'bad',
  skipped: 'neutral',
}

/** The state of a step. */
export const StepBadge = ({ status }: { status: RunDetail['steps'][number]['status'] }) => (
  <Badge tone={STEP[status]}>{status}</Badge>
)
