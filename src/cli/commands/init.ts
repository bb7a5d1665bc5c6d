// `standin init`: writes a standin.yaml to start from; never over a file that is there.
import { EmulatorError } from '../../core/errors.js'
import { findProvider } from '../../provider/catalog.js'
import { namesOf } from '../../scenario/names.js'
import { defineCommand, EXIT } from '../command.js'
import { CONFIG_FILE } from '../config-keys.js'
import { isFile, writeWhole } from '../files.js'
import { exampleNames, providersOf } from '../providers.js'

/** The schema where the package is installed. */
const SCHEMA = 'node_modules/standin/docs/standin.schema.json'

/** Name of the environment variable for a provider's secret. */
const variableOf = (provider: string) => `${provider.toUpperCase().replaceAll(/\W/g, '_')}_SECRET`

/** The secret in the file, where the provider's subscriptions can have any text as one. */
const EXAMPLE_SECRET = 'test_key'

function template(
  provider: string,
  to: string,
  { hasSchema, takesSecret }: Record<'hasSchema' | 'takesSecret', boolean>,
): string {
  const secret = takesSecret
    ? `secret: \${env.${variableOf(provider)} ?? ${EXAMPLE_SECRET}}`
    : `# secret: \${env.${variableOf(provider)}}   # docs/providers/${provider}.md says what it may be`
  const json = JSON.stringify
  return `${hasSchema ? `# yaml-language-server: $schema=./${SCHEMA}\n` : ''}# What standin serve, run, trigger, validate and verify read in this folder; the command line comes first.
# docs/config.md describes every key.

# The receiver: of subscriptions without a url of their own, of run and of verify.
to: ${json(to)}

subscriptions:
  - provider: ${json(provider)}
    ${secret}
    # eventTypes: [...]   # all of them by default; standin events ${provider} lists them
    # settings: {}        # the provider's settings of this subscription

# Provider-wide settings, by provider.
# providers:
#   ${json(provider)}: {}

# Folder of scenarios that the page lists, and that run and validate take when no file is named.
# scenarios: scenarios

port: 4010
ledger: standin.db
# seed: 7
# clock: manual
`
}

export const command = defineCommand({
  usage: '',
  args: { min: 0, max: 0 },
  about: [
    `Write a ${CONFIG_FILE} to start from, with one subscription. It asks nothing, and never writes over a file.`,
    'Exit codes: 0 written, 2 there is such a file already.',
  ],
  options: ['to', 'provider', 'output'],
  own: { output: { kind: 'text', short: 'o', value: 'FILE', help: 'file to write' } },
  defaults: { to: 'http://127.0.0.1:3000/webhooks', output: CONFIG_FILE },
  examples: ({ provider }) => ['init', `init --provider ${provider} --to http://127.0.0.1:8080/hooks`],
  run: async ({ options, print }) => {
    const { to, output: file } = options
    const providers = await providersOf([])
    const found = findProvider(providers, options.provider ?? exampleNames().provider)
    const provider = found.name
    if (isFile(file))
      throw new EmulatorError(`There is a ${file} already; it was left as it is.`, {
        code: 'conflict',
        where: file,
        hint: 'Edit it, or write another with --output FILE.',
      })
    const [channel] = found.channels
    const problem =
      channel &&
      (await namesOf(providers).secretProblem(provider, channel.name, EXAMPLE_SECRET, { providerWide: {}, own: {} }))
    writeWhole(
      file,
      template(provider, to, { hasSchema: isFile(SCHEMA), takesSecret: problem === undefined }),
      '--output',
    )
    const option = file === CONFIG_FILE ? '' : ` --config ${file}`
    print.line(`${file} written; start with standin serve${option}`)
    print.record({ kind: 'written', file })
    return EXIT.success
  },
})
