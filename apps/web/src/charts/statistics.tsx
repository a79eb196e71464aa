import * as Plot from '@observablehq/plot'
import { useEffect, useRef } from 'react'
import s from './charts.module.css'
import { onPaletteChange } from './colours.ts'

/** Draws with Observable Plot. Its own style element is left out (styles live in our sheets, as the page's policy asks). */
export function Statistics({ options, description }: { options: () => Plot.PlotOptions; description: string }) {
  const holder = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = holder.current!
    const aside = document.implementation.createHTMLDocument('')
    let width = 0
    const draw = () => {
      width = element.clientWidth
      if (width === 0) return
      const drawn = Plot.plot({
        ...options(),
        width: Math.min(width, 560),
        document: aside,
        style: { background: 'transparent' },
      })
      drawn.querySelectorAll('style').forEach((each) => {
        each.remove()
      })
      drawn.removeAttribute('role')
      drawn.setAttribute('aria-hidden', 'true')
      element.replaceChildren(document.adoptNode(drawn))
    }
    draw()
    const observer = new ResizeObserver(() => {
      if (element.clientWidth !== width) draw()
    })
    observer.observe(element)
    const stop = onPaletteChange(draw)
    return () => {
      observer.disconnect()
      stop()
    }
  }, [options])
  return <div ref={holder} className={s.plot} role="img" aria-label={description} />
}

export { Plot }
