// The NOTICE: the licences of what is bundled, by package.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const HEAD = `Standin is distributed under the MIT licence (see LICENSE). It contains parts of the following packages.
`

/** The text of the NOTICE for what the metafiles of esbuild name. Throws for a package without a licence. */
export async function noticeOf(root, metafiles) {
  const folders = new Set()
  for (const { inputs } of metafiles)
    for (const input of Object.keys(inputs)) {
      const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]
      if (folder !== undefined) folders.add(folder)
    }
  const parts = []
  for (const folder of [...folders].sort()) {
    const { name, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'))
    const file = (await readdir(join(root, folder))).find(one => /^licen[cs]e(\.\w+)?$/i.test(one))
    if (license === undefined || file === undefined) throw new Error(`${name} is bundled and has no licence text`)
    const text = (await readFile(join(root, folder, file), 'utf8')).replaceAll('\r\n', '\n').trim()
    parts.push(`\n${'-'.repeat(80)}\n${name} (${license})\n\n${text}\n`)
  }
  return HEAD + parts.join('')
}
