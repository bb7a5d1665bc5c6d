// The height of a row of the inbox: one line where there is room, else a card of four.
import { useEffect, useState } from 'preact/hooks'

/** Matches the query in styles/inbox.css. */
const NARROW = '(max-width: 60rem)'

const heightNow = () => {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return Math.round(rem * (matchMedia(NARROW).matches ? 6.9 : 2.4))
}

/** The height for the present width, px. */
export function useRowHeight(): number {
  const [height, setHeight] = useState(heightNow)
  useEffect(() => {
    const update = () => setHeight(heightNow())
    const media = matchMedia(NARROW)
    media.addEventListener('change', update)
    return () => media.removeEventListener('change', update)
  }, [])
  return height
}
