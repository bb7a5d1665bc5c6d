// `standin validate`: checks scenario files and prints every problem with its file, line, column and field.
import { defineCommand, EXIT } from '../command.js'
import { plain } from '../print.js'
import { providersOf } from '../providers.js'

export const command = defineCommand({
  usage: '<file or folder>…',
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  about: ['Check scenario files without sending anything.', 'Exit codes: 0 all files are valid, 2 a file is invalid.'],
  options: ['tag', 'provider-file'],
  examples: () => ['validate scenarios', 'validate story.yaml other.json --json'],
  run: async ({ args, options, print }) => {
    const providers = await providersOf(options['provider-file'])
    const [{ loadChecked }, { formatProblem }] = await Promise.all([
      import('../scenarios.js'),
      import('../../scenario/problems.js'),
    ])
    const { scenarios, problems } = await loadChecked(args, providers, options.tag)
    for (const { file, name, steps } of scenarios) {
      print.line(`${print.paint('green', 'valid')}  ${plain(file)}: ${plain(name)}`)
      print.record({ kind: 'scenario', file, name, steps: steps.length, valid: true })
    }
    for (const problem of problems) {
      print.note(`${print.paint('red', 'invalid')}  ${plain(formatProblem(problem))}`)
      print.record({ kind: 'problem', ...problem })
    }
    const invalid = new Set(problems.map(({ file }) => file)).size
    print.line(`${scenarios.length} valid, ${invalid} invalid`)
    print.record({ kind: 'summary', valid: scenarios.length, invalid })
    return problems.length === 0 ? EXIT.success : EXIT.couldNotRun
  },
})
