// A button that saves what the control API answers as a file: fetched, because a link could not send the token.
import { useSignal } from '@preact/signals'
import { type Query, request } from '../api.js'
import { after } from '../timing.js'
import { ErrorNote } from './error-note.js'

/** The browser has begun to save a file long before, real ms. */
const KEPT_MS = 60_000

/** Saves a text as a file of the reader. */
export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  after(KEPT_MS, () => URL.revokeObjectURL(url))
}

/** Saves the answer of a path under the name that the server gives it, else as `name`. `children` is the label. */
export function DownloadButton({
  path,
  query,
  name,
  children,
}: {
  path: string
  query?: Query
  name: string
  children: string
}) {
  const failed = useSignal<unknown>(undefined)
  const save = async () => {
    failed.value = undefined
    try {
      const response = await request('GET', path, query ? { query } : {})
      const [, given] = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '') ?? []
      saveAs(given ?? name, await response.blob())
    } catch (error) {
      failed.value = error
    }
  }
  return (
    <>
      <button type="button" onClick={() => void save()}>
        {children}
      </button>
      <ErrorNote error={failed.value} />
    </>
  )
}
