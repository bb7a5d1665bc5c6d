// Where the files of this package are, from the sources and from the build alike.
import { fileURLToPath } from 'node:url'

const fromSource = import.meta.url.endsWith('.ts')

/** The build puts this code two folders deep (dist/cli, dist/chunks). */
const ROOT = new URL(fromSource ? '../../../../' : '../../', import.meta.url)

/** The scenarios that come with Standin. */
export const scenariosFolder = fileURLToPath(new URL('scenarios/', ROOT))

/** The command line, to run with node. */
export const mainFile = fileURLToPath(new URL(fromSource ? 'src/cli/main.ts' : 'dist/cli/main.js', ROOT))
