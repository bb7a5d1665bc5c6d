// Emulators for tests, stopped when the test is over.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Emulator, EmulatorOptions } from '../../src/emulator/contract.js'
import { createEmulator } from '../../src/emulator/index.js'

/** Noon of a day that no test's result depends on by accident, ms. */
export const START = Date.UTC(2026, 0, 15, 12)

/** An emulator on a manual clock with seed 7, unless the options say otherwise. */
export async function testEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await createEmulator({ clock: 'manual', start: START, seed: 7, ...options })
  onTestFinished(() => emulator.stop(0).catch(() => undefined))
  return emulator
}

/** A new folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'standin-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
