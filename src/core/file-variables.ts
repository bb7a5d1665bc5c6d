// Names for the files of certificates where only their content is known.

/** Each of these options that is given, as the environment variable that a command reads the file's name from: `ca` is `$STANDIN_CA`. */
export function fileVariables(given: { ca?: unknown; cert?: unknown; key?: unknown; pfx?: unknown }) {
  const names = (['ca', 'cert', 'key', 'pfx'] as const).filter(name => given[name] !== undefined)
  return Object.fromEntries(names.map(name => [name, `$STANDIN_${name.toUpperCase()}`]))
}
