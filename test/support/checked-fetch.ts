// Every answer that a test fetches from a served control API or provider's API agrees with the OpenAPI document.
const plain = globalThis.fetch
/** Files that share a process share its fetch. */
const isChecked = plain.name === 'checkedFetch'
const OURS = /^(?:\/spaces\/[^/]+)?(\/_standin\/.*|\/(?:rillis|kycgenie|unico|standard)\/.*)$/

async function checkedFetch(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const answer = await plain(input, init)
  const { url, method } = new Request(input, {
    method: init?.method ?? (input instanceof Request ? input.method : 'GET'),
  })
  const path = OURS.exec(new URL(url).pathname)?.[1]
  const contentType = answer.headers.get('content-type')
  if (path === undefined || contentType?.startsWith('text/event-stream')) return answer
  const body = await answer.clone().text()
  const { checkBuiltIn } = await import('./openapi-check.js')
  await checkBuiltIn({ method, path, status: answer.status, contentType, body })
  return answer
}

if (!isChecked) globalThis.fetch = checkedFetch
