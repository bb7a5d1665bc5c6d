// Makes `npx standin` run what is built in this checkout. Usage: node build/link.mjs
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const BIN = new URL('../node_modules/.bin/', import.meta.url)
const TARGET = '../../dist/cli/main.js'

await mkdir(BIN, { recursive: true })
const link = new URL('standin', BIN)
if (process.platform === 'win32')
  await writeFile(`${fileURLToPath(link)}.cmd`, `@node "%~dp0\\${TARGET.replaceAll('/', '\\')}" %*\r\n`)
else {
  await rm(link, { force: true })
  await symlink(TARGET, link)
  await chmod(new URL('../dist/cli/main.js', import.meta.url), 0o755)
}
