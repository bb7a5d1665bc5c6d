// Before all tests: the package is built once, as its own script builds it, and the tests that run the command line run that.
import type { TestProject } from 'vitest/node'
import { buildPackage } from './shell-blocks.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built package. */
    built: string
  }
}

export default async function setup({ provide }: TestProject): Promise<() => void> {
  const built = await buildPackage()
  provide('built', built.folder)
  return built.remove
}
