// The fenced blocks of the project's pages, with the place each stands at.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

export interface Block {
  /** `docs/ci.md` */
  page: string
  /** Where its first line stands, from 1. */
  line: number
  language: string
  /** What follows the language on the opening line: a file name, or `name=value` words. */
  info: string
  text: string
}

export interface Page {
  name: string
  text: string
  blocks: Block[]
}

function blocksOf(page: string, text: string): Block[] {
  const blocks: Block[] = []
  let open: Block | undefined
  text.split('\n').forEach((line, index) => {
    if (open !== undefined) {
      if (line === '```') open = undefined
      else open.text += `${line}\n`
      return
    }
    const [, language, info = ''] = /^```(\w+) ?(.*)$/.exec(line) ?? []
    if (language === undefined) return
    open = { page, line: index + 2, language, info, text: '' }
    blocks.push(open)
  })
  if (open !== undefined) throw new Error(`${page}:${open.line}: the block is never closed`)
  return blocks
}

/** The README and every page under docs/. */
export function pages(): Page[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.md'))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()
  return ['README.md', ...docs].map(name => {
    const text = readFileSync(join(ROOT, name), 'utf8')
    return { name, text, blocks: blocksOf(name, text) }
  })
}
