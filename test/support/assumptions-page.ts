// The page of a provider's assumptions in docs/providers, which a contract test keeps current.
import type { Json } from '../../src/core/json.js'
import type { Assumption } from '../../src/provider/assumptions.js'

/** A text as a cell of a Markdown table. */
const cell = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/[|<>*]/g, '\\$&')

const choiceCell = (choice: Json) => (typeof choice === 'string' ? cell(choice) : `\`${JSON.stringify(choice)}\``)

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n')

/** The page of a provider's assumptions, in Markdown: those a setting changes, then the constants, then the pages that reasons cite; each in the order given. */
export function assumptionsPage({
  name,
  title,
  assumptions,
  sources = {},
}: {
  name: string
  title: string
  assumptions: readonly Assumption[]
  sources?: Readonly<Record<string, string>>
}): string {
  const changeable = assumptions.filter(({ setting }) => setting !== undefined)
  const fixed = assumptions.filter(({ setting }) => setting === undefined)
  const example = changeable[0]?.name
  const parts = [
    `# ${title}: assumptions`,
    `What the documents of ${title} leave open, what Standin does, and why. See [${title}](${name}.md) for how to use the provider.`,
    'This page is generated. `standin events` and `GET /_standin/providers/{provider}` show the same assumptions.',
  ]
  if (example !== undefined)
    parts.push(
      '## With a setting',
      table(
        ['Setting', 'Question', 'Choice', 'Alternatives', 'Reason', 'Scope'],
        changeable.map(({ name: setting, question, choice, alternatives = '', reason, setting: scope }) => [
          `\`${setting}\``,
          cell(question),
          choiceCell(choice),
          cell(alternatives),
          cell(reason),
          scope === 'subscription' ? 'subscription' : 'provider',
        ]),
      ),
      [
        'Settings with the scope subscription are given with each subscription (`"settings": { … }`); a provider-wide value of one is its',
        'default. The others are provider-wide only. On the command line:',
      ].join('\n'),
      [
        '```text',
        `standin serve --setting ${name}.${example}=…`,
        `standin trigger ${name} … --setting ${example}=…`,
        '```',
      ].join('\n'),
    )
  if (fixed.length > 0)
    parts.push(
      '## Without a setting',
      table(
        ['Question', 'Choice', 'Reason'],
        fixed.map(({ question, choice, reason }) => [cell(question), choiceCell(choice), cell(reason)]),
      ),
    )
  if (Object.keys(sources).length > 0)
    parts.push(
      '## Sources',
      table(
        ['Page', 'URL'],
        Object.entries(sources).map(([page, where]) => [cell(page), cell(where)]),
      ),
    )
  return `${parts.join('\n\n')}\n`
}
