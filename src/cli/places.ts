// Where things are: the package's folder, from the sources and from the build alike.
import { fileURLToPath } from 'node:url'

/** This file is src/cli/places.ts; the build puts its code two folders deep as well (dist/cli, dist/chunks). */
const ROOT = new URL('../../', import.meta.url)

/** The stories that come with Standin. */
export const scenariosFolder = fileURLToPath(new URL('scenarios/', ROOT))

const fromSource = import.meta.url.endsWith('.ts')

/** The command line itself, to be run by node. */
export const mainFile = fileURLToPath(new URL(fromSource ? 'src/cli/main.ts' : 'dist/cli/main.js', ROOT))
