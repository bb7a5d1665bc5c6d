// Assumptions: what a provider's documents leave open, our choice, its reason and the setting that changes it; and their page.
import type { Json } from '../core/json.js'

/**
 * A question that a provider's documents leave open.
 *
 * @example
 * {
 *   name: 'signatureEncoding',
 *   question: 'Is the signature hex or base64?',
 *   choice: 'hex',
 *   reason: 'The sample code prints a hex digest.',
 *   setting: 'subscription',
 *   alternatives: 'base64',
 * }
 */
export interface Assumption {
  /** Camel-case name; also the setting's name where there is one. */
  name: string
  /** What the documents do not say. */
  question: string
  /** Our choice, in words or as the setting's default value. */
  choice: Json
  /** Why this choice. */
  reason: string
  /** `subscription`: a setting of each subscription (and provider-wide as its default); `provider`: provider-wide only; absent: a constant. */
  setting?: 'subscription' | 'provider'
  /** The other values a setting takes, in words. */
  alternatives?: string
}

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
    `# ${title}: what is assumed`,
    `What the documents of ${title} leave open, what Standin does about it, and why. [${title}](${name}.md) says how to use it.`,
    'This page is generated from the sources that say the same to `standin events` and to `GET /_standin/providers/{provider}`.',
  ]
  if (example !== undefined)
    parts.push(
      '## What a setting changes',
      table(
        ['Setting', 'Question', 'Choice', 'Else', 'Reason', 'Set for'],
        changeable.map(({ name: setting, question, choice, alternatives = '', reason, setting: scope }) => [
          `\`${setting}\``,
          cell(question),
          choiceCell(choice),
          cell(alternatives),
          cell(reason),
          scope === 'subscription' ? 'each subscription' : 'the provider',
        ]),
      ),
      [
        'Those of a subscription are given with it (`"settings": { … }`), the others are provider-wide; a provider-wide value of the',
        'former is what subscriptions have that say nothing. On the command line:',
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
      '## What stays as it is',
      table(
        ['Question', 'Choice', 'Reason'],
        fixed.map(({ question, choice, reason }) => [cell(question), choiceCell(choice), cell(reason)]),
      ),
    )
  if (Object.keys(sources).length > 0)
    parts.push(
      '## Sources',
      table(
        ['Page', 'Where'],
        Object.entries(sources).map(([page, where]) => [cell(page), cell(where)]),
      ),
    )
  return `${parts.join('\n\n')}\n`
}
