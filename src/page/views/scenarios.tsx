// The scenarios view: the server's folder, one file, one run; and recording what happened.
import type { ViewProps } from '../view.js'
import { ScenarioFile } from './scenarios-file.js'
import { ScenarioOverview } from './scenarios-overview.js'
import { ScenarioRun } from './scenarios-run.js'

/** `#/scenarios`, `#/scenarios/story.yaml` (a file in a folder has its slashes escaped) and `#/scenarios/runs/run_1`. */
export default function Scenarios({ ids, query }: ViewProps) {
  const [first, second] = ids
  if (first === undefined) return <ScenarioOverview q={query.q} />
  return second === undefined ? <ScenarioFile file={first} /> : <ScenarioRun id={second} />
}
