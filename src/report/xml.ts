// Writing XML: elements, attributes and text.

/** A document with this root element. */
export const xmlDocument = (root: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`

/** Milliseconds as seconds with three decimals. */
export const inSeconds = (ms: number) => (ms / 1000).toFixed(3)

/** An element; attributes are escaped, its content is not. */
export function element(
  name: string,
  attributes: Record<string, string | number | undefined>,
  inside?: string,
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${xmlText(String(value ?? ''))}"`)
    .join('')
  return inside === undefined || inside === '' ? `<${name}${written}/>` : `<${name}${written}>${inside}</${name}>`
}

/** Text for XML 1.0: special characters become entities, characters that XML does not allow become question marks. */
export function xmlText(text: string): string {
  return [...text]
    .map(char => {
      const code = char.codePointAt(0) ?? 0
      if (char === '&') return '&amp;'
      if (char === '<') return '&lt;'
      if (char === '>') return '&gt;'
      if (char === '"') return '&quot;'
      if (char === '\n' || char === '\t') return `&#${code};`
      const allowed = code >= 0x20 && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff
      return allowed ? char : '?'
    })
    .join('')
}
