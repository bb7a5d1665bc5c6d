// The options of the command line as types, and the environment: variables, random seeds and tokens.
import { type OptionKind, type OptionKinds, type OptionSpec, optionTable } from './options.js'

export type { OptionKind, OptionKinds, OptionSpec }

export type OptionName = keyof typeof optionTable

/** All options by name. */
export const options: Readonly<Record<OptionName, OptionSpec>> = optionTable

/** Options whose kind, help or choices differ in one command. */
export type OwnOptions<N extends OptionName = OptionName> = { readonly [K in N]?: OptionSpec }

/** Kinds whose value is never undefined: a flag is false, a list empty when omitted. */
type NeverUndefined = 'flag' | 'list' | 'pairs' | 'texts' | 'reports'
type ValueOf<N extends OptionName> = OptionKinds[(typeof optionTable)[N]['kind']]
type KindOf<K extends OptionName, Own> = K extends keyof Own
  ? Own[K] extends { kind: infer Kind extends OptionKind }
    ? Kind
    : never
  : (typeof optionTable)[K]['kind']

/** Values of the options `N`; one with a default in `D` is never undefined. `Own` has the kinds that differ in a command. */
export type OptionValues<N extends OptionName, D = unknown, Own = Record<never, never>> = {
  [K in N]: KindOf<K, Own> extends NeverUndefined
    ? OptionKinds[KindOf<K, Own>]
    : K extends keyof D
      ? OptionKinds[KindOf<K, Own>]
      : OptionKinds[KindOf<K, Own>] | undefined
}

/** Default values of options, by command. */
export type OptionDefaults<N extends OptionName> = { [K in N]?: ValueOf<K> }

/** Environment variable of an option: `ready-file` is `STANDIN_READY_FILE`. */
export function environmentName(option: string): string {
  return `STANDIN_${option.toUpperCase().replaceAll('-', '_')}`
}

/** An environment variable; undefined when unset or empty. */
export function environment(name: string): string | undefined {
  return process.env[name] || undefined
}

/** The whole environment, for scenario variables that read from it. */
export function environmentVariables(): Readonly<Record<string, string | undefined>> {
  return process.env
}

/** False when the environment asks for no colour (`NO_COLOR`, or a dumb terminal). */
export function colourAllowed(): boolean {
  return environment('NO_COLOR') === undefined && process.env.TERM !== 'dumb'
}

/** The program that opens addresses, from BROWSER; undefined: that of the platform. */
export function browserProgram(): string | undefined {
  return environment('BROWSER')
}

/** True on GitHub Actions, which shows annotations. */
export function onGitHubActions(): boolean {
  return process.env.GITHUB_ACTIONS === 'true'
}

/** A random seed: a whole number below 2^32. */
export function randomSeed(): number {
  return globalThis.crypto.getRandomValues(new Uint32Array(1))[0] ?? 1
}

/** A random access token of 32 hex characters. */
export function randomToken(): string {
  return [...globalThis.crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, '0')).join('')
}
