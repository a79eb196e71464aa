import { type RefObject, useLayoutEffect, useState } from 'react'

/** How wide an element stands, in CSS pixels; `before` until it has been measured. */
export function useWidth(element: RefObject<Element | null>, before: number): number {
  const [width, setWidth] = useState(before)
  useLayoutEffect(() => {
    const measured = element.current
    if (!measured) return
    const read = () => {
      const now = Math.round(measured.getBoundingClientRect().width)
      if (now > 0) setWidth(now)
    }
    read()
    const observer = new ResizeObserver(read)
    observer.observe(measured)
    return () => observer.disconnect()
  }, [element])
  return width
}
