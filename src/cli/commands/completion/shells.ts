// The completion scripts of the shells, each written from the same description of the commands.
import { shellQuote } from '../../../report/request-text.js'
import type { CompletedCommand, TypesByProvider, Words } from './words.js'

/** A shell expression of the words at a place; `files` has none. */
function expression(words: Words, types: TypesByProvider): string {
  if (words === 'files') return 'files'
  if (words === 'providers') return Object.keys(types).join(' ')
  return words === 'types' ? 'types' : words.join(' ')
}

/** Lines `pattern) echo words ;;` of a case, which bash and zsh share. */
function cases(
  commands: readonly CompletedCommand[],
  types: TypesByProvider,
): { options: string; values: string; args: string } {
  const options: string[] = []
  const values: string[] = []
  const args: string[] = []
  const answer = (pattern: string, words: string) => `    ${pattern}) echo ${shellQuote(words)} ;;`
  for (const { name, options: own, args: places } of commands) {
    options.push(answer(name, own.map(option => `--${option.name}`).join(' ')))
    for (const { name: option, short, value } of own) {
      if (value === null) continue
      const pattern = [`--${option}`, ...(short === undefined ? [] : [`-${short}`])].map(text => `${name}:${text}`)
      // An empty answer says that the word is a value, of which nothing is known.
      values.push(answer(pattern.join('|'), expression(value, types) || 'any'))
    }
    places.forEach((words, i) => {
      const text = expression(words, types)
      const pattern = i === places.length - 1 ? `${name}:*` : `${name}:${i}`
      if (text !== '') args.push(answer(pattern, text))
    })
  }
  return { options: options.join('\n'), values: values.join('\n'), args: args.join('\n') }
}

/** Functions of a POSIX shell that say what may stand at a place. */
function functions(commands: readonly CompletedCommand[], types: TypesByProvider): string {
  const { options, values, args } = cases(commands, types)
  return `_standin_options() {
  case "$1" in
${options}
  esac
}
_standin_value() {
  case "$1:$2" in
${values}
  esac
}
_standin_argument() {
  case "$1:$2" in
${args}
  esac
}
_standin_types() {
  case "$1" in
${Object.entries(types)
  .map(([provider, names]) => `    ${provider}) echo ${shellQuote(names.join(' '))} ;;`)
  .join('\n')}
  esac
}
`
}

/** What is offered before the word at hand, from the words before it: \`files\`, or words; the same in bash and zsh. */
const FIND = `_standin_find() {
  command="" argument=0 first="" previous=""
  for word in "$@"; do
    if [ -z "$command" ]; then command="$word"
    elif [ -n "$(_standin_value "$command" "$previous")" ]; then previous=""; continue
    else case "$word" in
      -*) ;;
      *) [ "$argument" -eq 0 ] && first="$word"; argument=$((argument + 1)) ;;
    esac
    fi
    previous="$word"
  done
  found="$(_standin_value "$command" "$previous")"
  [ -z "$found" ] && found="$(_standin_argument "$command" "$argument")"
  [ "$found" = types ] && found="$(_standin_types "$first")"
  [ "$found" = any ] && found=""
  return 0
}
`

const names = (commands: readonly CompletedCommand[]) => commands.map(({ name }) => name).join(' ')

/** The script for bash. */
export function bash(commands: readonly CompletedCommand[], types: TypesByProvider): string {
  return `# Completion of standin for bash, by standin completion bash.
${functions(commands, types)}${FIND}_standin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command argument first previous found word
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${shellQuote(names(commands))} -- "$current"))
    return
  fi
  _standin_find "\${COMP_WORDS[@]:1:COMP_CWORD-1}"
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$(_standin_options "$command")" -- "$current")) ;;
    *)
      if [ "$found" = files ]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -f -- "$current"))
      else
        COMPREPLY=($(compgen -W "$found" -- "$current"))
      fi
      ;;
  esac
}
complete -F _standin standin
`
}

/** The script for zsh. */
export function zsh(commands: readonly CompletedCommand[], types: TypesByProvider): string {
  const described = commands.map(({ name, about }) => `    ${shellQuote(`${name}:${about}`)}`).join('\n')
  return `#compdef standin
# Completion of standin for zsh, by standin completion zsh.
${functions(commands, types)}${FIND}_standin() {
  local command argument first previous found word
  local -a commands
  commands=(
${described}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  _standin_find "\${(@)words[2,CURRENT-1]}"
  if [[ "\${words[CURRENT]}" == -* ]]; then
    compadd -- \${(z)"$(_standin_options "$command")"}
  elif [[ "$found" == files ]]; then
    _files
  else
    compadd -- \${(z)found}
  fi
}
if [[ "\${funcstack[1]}" == _standin ]]; then
  _standin "$@"
else
  compdef _standin standin
fi
`
}

/** The script for fish. */
export function fish(commands: readonly CompletedCommand[], types: TypesByProvider): string {
  const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  const after = (condition: string) => `complete -c standin -n ${quote(condition)}`
  const arguments_ = (words: Words) =>
    words === 'files'
      ? ' -F'
      : ` -f${expression(words, types) === '' ? '' : ` -a ${quote(words === 'types' ? Object.values(types).flat().join(' ') : expression(words, types))}`}`
  const lines = commands.flatMap(({ name, about, options, args }) => [
    `complete -c standin -n __fish_use_subcommand -f -a ${name} -d ${quote(about)}`,
    ...options.map(
      ({ name: option, short, help, value }) =>
        `${after(`__fish_seen_subcommand_from ${name}`)} -l ${option}${short === undefined ? '' : ` -s ${short}`}${value === null ? '' : ` -r${arguments_(value)}`} -d ${quote(help)}`,
    ),
    ...[...new Set(args)].map(words => `${after(`__fish_seen_subcommand_from ${name}`)}${arguments_(words)}`),
  ])
  return `# Completion of standin for fish, by standin completion fish.\n${lines.join('\n')}\n`
}
