// One subject: its present state, moves and story.
import { Empty } from '../components/empty.js'
import { SubjectPanel } from '../subject/subject-panel.js'
import type { ViewProps } from '../view.js'

/** The view of one subject: `#/subjects/provider/id`. */
export default function Subject({ ids: [provider, id] }: ViewProps) {
  if (provider === undefined || id === undefined) return <Empty title="Which subject?" />
  return <SubjectPanel provider={provider} id={id} />
}
