// `standin completion`: prints a shell's completion of every command, generated from the table of commands.
import { unknownName } from '../../../core/errors.js'
import { builtInProviders } from '../../../providers/index.js'
import { optionSpec } from '../../arguments.js'
import { type Command, defineCommand, EXIT } from '../../command.js'
import { CONFIG_COMMANDS } from '../../config-keys.js'
import { bash, fish, zsh } from './shells.js'
import type { CompletedCommand, Words } from './words.js'

const WRITERS = { bash, zsh, fish }

/** What a placeholder of usage or of an option's value stands for. */
function wordsOf(placeholder: string): Words {
  if (/file|folder/i.test(placeholder) || /^F(\.js)?$/.test(placeholder)) return 'files'
  if (placeholder === 'provider' || placeholder === 'P') return 'providers'
  if (placeholder === 'event-type') return 'types'
  return placeholder.includes('|') && /^[a-z|-]+$/.test(placeholder) ? placeholder.split('|') : []
}

function completed(name: string, about: string, command: Command): CompletedCommand {
  const all = [...command.options, ...(CONFIG_COMMANDS.has(name) ? (['config'] as const) : [])]
  return {
    name,
    about,
    options: [...all, 'json' as const, 'help' as const].map(option => {
      const { kind, short, help, value = '', choices } = optionSpec(option, command.own)
      return { name: option, short, help, value: kind === 'flag' ? null : (choices ?? wordsOf(value)) }
    }),
    args: command.usage.split(' ').map(part => wordsOf(part.replaceAll(/[<>[\]…]/g, ''))),
  }
}

export const command = defineCommand({
  usage: '<bash|zsh|fish>',
  args: { min: 1, max: 1 },
  about: [
    'Print a completion of commands, options, providers and event types for a shell.',
    'bash: add to ~/.bashrc: source <(standin completion bash). zsh: save as _standin in a folder of $fpath. fish: save as ~/.config/fish/completions/standin.fish.',
  ],
  options: [],
  examples: () => [
    'completion bash',
    'completion zsh > ~/.zfunc/_standin',
    'completion fish > ~/.config/fish/completions/standin.fish',
  ],
  run: async ({ args: [shell = ''], commands, print }) => {
    const writer = Object.entries(WRITERS).find(([name]) => name === shell)?.[1]
    if (writer === undefined) throw unknownName('shell', shell, Object.keys(WRITERS), { where: 'standin completion' })
    const all: CompletedCommand[] = []
    for (const { name, about, load } of commands) all.push(completed(name, about, (await load()).command))
    const types = Object.fromEntries(
      builtInProviders.map(({ name, channels }) => [
        name,
        [...new Set(channels.flatMap(({ eventTypes }) => eventTypes.map(type => type.name)))],
      ]),
    )
    print.raw(writer(all, types))
    return EXIT.success
  },
})
