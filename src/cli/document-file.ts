// Reads an OpenAPI or AsyncAPI document of --provider-file: a provider, or every problem of it with line and column.
import { EmulatorError } from '../core/errors.js'
import { valueAt } from '../core/json.js'
import type { Provider } from '../provider/provider.js'
import { documentProvider } from '../provider-document/document-provider.js'
import { fileText } from '../scenario/file-text.js'
import { formatProblem, inOrder, problemAt } from '../scenario/problems.js'
import { type Problem, readSource, type Source } from '../scenario/source.js'
import { readBytes } from './files.js'

function refuse(source: Source, problems: readonly Problem[]): void {
  const [first, ...others] = inOrder(source, problems)
  if (first === undefined) return
  const all = [first, ...others]
  throw new EmulatorError(
    `The provider document is invalid:\n${all.map(problem => `  ${formatProblem(problem)}`).join('\n')}`,
    {
      code: 'invalid_file',
      where: `${first.file}:${first.line}:${first.column}`,
      hint: 'docs/own-provider.md describes what is read of a document.',
      issues: all.map(({ path, message, hint }) => ({
        path,
        message: hint === undefined ? message : `${message} ${hint}`,
      })),
    },
  )
}

/** The provider of a document. Throws `invalid_file` with every problem, each with its line and column; also for a name in `taken`. */
export function providerOfDocument(file: string, taken: readonly string[]): Provider {
  const source = readSource(fileText(readBytes(file, '--provider-file')), file, { exactNumbers: false })
  refuse(source, source.syntax)
  const { provider, problems } = documentProvider(source.value)
  refuse(
    source,
    problems.map(({ path, message, hint, key = false }) => problemAt(source, path, message, { hint, key })),
  )
  if (provider === undefined) throw new Error('a document without problems makes a provider')
  if (taken.includes(provider.name)) {
    const place = ['x-standin-provider', 'info.x-standin-provider', 'info.title'].map(text => text.split('.'))
    const [path = []] = place.filter(keys => valueAt(source.value, keys) !== undefined)
    const message = `A provider named "${provider.name}" already exists.`
    refuse(source, [problemAt(source, path, message, { hint: 'Give yours another name: x-standin-provider: acme' })])
  }
  return provider
}
