// Checks of marks: each assumption that an event type, a route, an answer, a field or a trait names is one of the provider's.
import type { ZodType } from 'zod'
import { didYouMean, type Issue } from '../core/errors.js'
import { catalogOf, type LoadedProvider } from '../provider/catalog.js'
import type { Settings } from '../provider/channel.js'
import { fieldMarks, jsonSchema, type Mark } from '../provider/marks.js'

/** A mark with the place it stands at. */
interface Placed {
  at: string
  mark: Mark
}

const DOCUMENTED: Mark = { documented: true }

function inSchema(at: string, schema: ZodType | undefined, io: 'input' | 'output', body: Mark = DOCUMENTED): Placed[] {
  if (schema === undefined) return []
  return fieldMarks(jsonSchema(schema, io, body)).map(mark => ({ at: `${at} ${mark.path || '(body)'}`, mark }))
}

/** Every mark of a provider: of its event types and routes, their bodies and fields, and of what its receivers must check. */
export function allMarks({ channels, behaviour }: LoadedProvider, settings: Settings): Placed[] {
  const ofTypes = channels.flatMap(channel =>
    catalogOf(channel, settings).flatMap(({ name, documented, assumption }) => {
      const at = `channels.${channel.name}.${name}`
      const schema = channel.behaviour.definition(name, settings)?.schema
      return [{ at, mark: { documented, assumption } }, ...inSchema(at, schema, 'output')]
    }),
  )
  const ofRoutes = (behaviour.routes?.routes ?? []).flatMap(route => {
    const { method, path, documented, assumption, query, body, answers } = route
    const at = `routes.${method} ${path}`
    return [
      { at, mark: { documented, assumption } },
      ...inSchema(`${at} query`, query, 'input'),
      ...inSchema(`${at} body`, body?.schema, 'input'),
      ...Object.entries(answers).flatMap(([status, answer]) => {
        const mark: Mark = { documented: answer.assumption === undefined, assumption: answer.assumption }
        return [{ at: `${at} ${status}`, mark }, ...inSchema(`${at} ${status}`, answer.schema, 'output', mark)]
      }),
    ]
  })
  const ofChecks = channels.flatMap(({ name, behaviour: { traits } }) =>
    Object.entries(traits.assumed ?? {}).map(([check, assumption]) => ({
      at: `channels.${name}.traits.assumed ${check}`,
      mark: { documented: false, assumption },
    })),
  )
  return [...ofTypes, ...ofRoutes, ...ofChecks]
}

/** An issue for each mark whose assumption the provider does not have, and for each that is documented and an assumption at once. */
export function markIssues(loaded: LoadedProvider, settings: Settings): Issue[] {
  const known = loaded.provider.assumptions.map(({ name }) => name)
  return allMarks(loaded, settings).flatMap(({ at, mark: { documented, assumption } }) => {
    if (assumption === undefined) return []
    if (documented) return { path: at, message: `is documented, and yet the assumption ${assumption}` }
    if (known.includes(assumption)) return []
    const hint = didYouMean(assumption, known, 'Known assumptions')
    return { path: at, message: `names the assumption ${assumption}, which there is none of${hint ? `. ${hint}` : ''}` }
  })
}
