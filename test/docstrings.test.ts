// What the package exports explains itself: a sentence and an example for each export, and examples that the compiler accepts.
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { type Block, ROOT } from './support/markdown.js'
import { checkTypeScript } from './support/typescript-blocks.js'

const FRONT_DOOR = 'src/index.ts'
const TESTING = 'src/testing/index.ts'
const ENTRIES = [FRONT_DOOR, TESTING, 'src/testing/matchers.ts']

/** What examples presuppose: they would say nothing of their subject if each made these first. */
const PRESUPPOSED = `
import type * as S from 'standin'
import type * as T from 'standin/testing'
import 'standin/testing/matchers'
declare global {
  const emulator: S.Emulator
  const standin: T.Standin
  const receiver: T.Receiver
  const provider: S.Provider
  const acme: S.Provider
  const port: S.ProviderPort
  const scheme: S.SignatureScheme
  const webhooks: S.Channel
  const eventTypes: readonly S.EventType[]
  const definitions: Record<string, S.EventDefinition>
  const channelBehaviour: S.ChannelBehaviour
  const behaviour: S.ProviderBehaviour
  const delivery: T.DeliveryHandle
  const deliveries: readonly T.DeliveryHandle[]
  const request: T.ReceivedRequest
  const subscriptionId: string
  const id: string
  const secret: string
  const signature: string
  const routes: readonly S.Route[]
  const timestamp: string
  const body: string
  const rawBody: string
}
`

const texts = new Map<string, string>()
function textOf(file: string): string {
  const text = texts.get(file) ?? readFileSync(join(ROOT, file), 'utf8')
  texts.set(file, text)
  return text
}

const fileOf = (from: string, specifier: string) =>
  relative(ROOT, join(ROOT, from, '..', specifier)).replace(/\.js$/, '.ts')

/** The names that a file passes on or imports from others of the project. */
function namesFrom(file: string, keyword: 'export' | 'import'): { name: string; as: string; from: string }[] {
  const clauses = new RegExp(`^${keyword} (?:type )?\\{([^}]*)\\} from '(\\.[^']*)'`, 'gm')
  return [...textOf(file).matchAll(clauses)].flatMap(([, names = '', specifier = '']) =>
    names.split(',').flatMap(clause => {
      const [, name, as = name] = /^\s*(?:type )?(\w+)(?: as (\w+))?\s*$/.exec(clause) ?? []
      return name === undefined || as === undefined ? [] : [{ name, as, from: fileOf(file, specifier) }]
    }),
  )
}

const DECLARED = /^export (?:declare )?(?:async )?(?:function|const|class|interface|type) (\w+)/gm
const DOCSTRING = /\/\*\*(?:(?!\*\/)[\s\S])*\*\//g
const BARE = /^export \{([^}]*)\}$/gm

/** The names that a file declares and exports, or exports after an import. */
const ownNames = (file: string) => [
  ...[...textOf(file).matchAll(DECLARED)].map(([, name = '']) => name),
  ...[...textOf(file).matchAll(BARE)].flatMap(([, names = '']) => names.split(',').map(name => name.trim())),
]

interface Declaration {
  name: string
  file: string
  doc: string | undefined
}

/** The declaration that an export leads to. */
function declarationOf(name: string, file: string): Declaration {
  const passed = [...namesFrom(file, 'export'), ...namesFrom(file, 'import')].find(({ as }) => as === name)
  if (passed !== undefined) return declarationOf(passed.name, passed.from)
  const text = textOf(file)
  const at = [...text.matchAll(DECLARED)].find(match => match[1] === name)?.index
  if (at === undefined) throw new Error(`${file}: the declaration of ${name} is not found`)
  return { name, file, doc: [...text.matchAll(DOCSTRING)].find(doc => doc.index + doc[0].length + 1 === at)?.[0] }
}

/** The sentence and the example of a docstring. */
function partsOf(doc: string): { sentence: string; example: string } {
  const text = doc.replace(/^\/\*\*|\s*\*\/$/g, '').replace(/^\s*\* ?/gm, '')
  const [sentence = '', example = ''] = text.split(/@example\b/)
  return { sentence: sentence.trim(), example: example.trim() }
}

/** The files of the contract of a provider: those from which the front door takes a provider's part. */
const contract = [...new Set(namesFrom(FRONT_DOOR, 'export').map(({ from }) => from))].filter(file =>
  file.startsWith('src/provider/'),
)

const declarations = new Map<string, Declaration>()
const add = (declaration: Declaration) => declarations.set(`${declaration.file} ${declaration.name}`, declaration)
for (const entry of ENTRIES) {
  for (const { as } of namesFrom(entry, 'export')) add(declarationOf(as, entry))
  for (const name of ownNames(entry)) add(declarationOf(name, entry))
}
for (const file of contract)
  for (const [text, name = ''] of textOf(file).matchAll(DECLARED))
    if (/ (interface|type) /.test(text)) add(declarationOf(name, file))

/** An example as a module: what it uses of the package is imported, and values are checked against the type they are examples of. */
function moduleOf(name: string, example: string, exported: ReadonlyMap<string, string>): string {
  const isValues = /^[{[]/.test(example)
  const text = isValues ? `[\n${example.replace(/^\}$|^\{.*\}$/gm, '$&,')}\n] satisfies ${name}[]` : example
  const imports = [...exported].filter(
    ([used]) =>
      new RegExp(`(?<![\\w']|(?<!\\.\\.)\\.)${used}\\b(?!')`).test(text) &&
      !new RegExp(`\\b(const|type) ${used}\\b|^import .*\\b${used}\\b`, 'm').test(text),
  )
  return [...imports.map(([used, from]) => `import { ${used} } from '${from}'`), text, 'export {}'].join('\n')
}

it('every export, and every type of the contract of a provider, has a sentence and an example', () => {
  expect(contract.length).toBeGreaterThan(5)
  const lacking = [...declarations.values()].flatMap(({ name, file, doc }) => {
    const { sentence, example } = partsOf(doc ?? '')
    const lacks = [/\.$/.test(sentence) ? [] : 'a sentence', example === '' ? 'an example' : []].flat()
    return lacks.length === 0 ? [] : [`${file}: ${name} lacks ${lacks.join(' and ')}`]
  })
  expect(lacking).toEqual([])
})

it('the examples pass the compiler', async () => {
  const exported = new Map<string, string>([
    ['z', 'zod'],
    ['expect', 'vitest'],
    ['Hono', 'hono'],
  ])
  for (const { name, file } of declarations.values())
    if (contract.includes(file)) exported.set(name, join(ROOT, file.replace(/\.ts$/, '.js')))
  for (const { as } of namesFrom(TESTING, 'export')) exported.set(as, 'standin/testing')
  for (const { as } of namesFrom(FRONT_DOOR, 'export')) exported.set(as, 'standin')
  const files = new Set([...ENTRIES, ...[...declarations.values()].map(({ file }) => file)])
  const examples = [...files].flatMap(file =>
    [...textOf(file).matchAll(DOCSTRING)].flatMap(({ 0: doc, index }): Block[] => {
      const { example } = partsOf(doc)
      if (example === '') return []
      const line = textOf(file).slice(0, index).split('\n').length
      const [, name = ''] =
        [...textOf(file).matchAll(DECLARED)].find(match => match.index === index + doc.length + 1) ?? []
      return [{ page: file, line, language: 'ts', info: '', text: moduleOf(name, example, exported) }]
    }),
  )
  expect(examples.length).toBeGreaterThan(60)
  await checkTypeScript(examples, PRESUPPOSED)
})
