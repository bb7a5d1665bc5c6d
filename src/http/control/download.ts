// A text that a browser saves as a file.

/** Content types by format. */
export const CONTENT_TYPES = {
  html: 'text/html; charset=utf-8',
  junit: 'application/xml; charset=utf-8',
  json: 'application/json',
  markdown: 'text/markdown; charset=utf-8',
} as const

const ENDINGS = { html: 'html', junit: 'xml', json: 'json', markdown: 'md' } as const

/** The answer; `name` is that of the file without its ending. */
export function download(text: string, name: string, format: keyof typeof CONTENT_TYPES): Response {
  return new Response(text, {
    headers: {
      'content-type': CONTENT_TYPES[format],
      'content-disposition': `attachment; filename="${name}.${ENDINGS[format]}"`,
    },
  })
}
