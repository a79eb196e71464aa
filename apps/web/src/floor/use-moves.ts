import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Lets people walk: elements with `data-person` that stand elsewhere than at the last drawing glide from there, and new
 * ones fade in. Nothing glides where motion is unwelcome, nor when the whole page was laid out anew (`layout` changed).
 */
export function useMoves(holder: RefObject<HTMLElement | null>, drawn: unknown, layout: unknown): void {
  const places = useRef<{ layout: unknown; at: Map<string, { x: number; y: number }> } | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is read from the page itself
  useLayoutEffect(() => {
    const element = holder.current
    if (!element) return
    const origin = element.getBoundingClientRect()
    const before = places.current
    const at = new Map<string, { x: number; y: number }>()
    const still = document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches
    for (const mark of element.querySelectorAll<HTMLElement>('[data-person]')) {
      const box = mark.getBoundingClientRect()
      const id = mark.dataset.person!
      const here = { x: box.x - origin.x, y: box.y - origin.y }
      at.set(id, here)
      if (still || !before || before.layout !== layout) continue
      const there = before.at.get(id)
      const timing = { duration: 700, easing: 'cubic-bezier(.3,.1,.2,1)' }
      if (!there) mark.animate([{ opacity: 0 }, { opacity: 1 }], timing)
      else if (Math.abs(there.x - here.x) + Math.abs(there.y - here.y) > 2)
        mark.animate(
          [
            { transform: `translate(${there.x - here.x}px, ${there.y - here.y}px)`, zIndex: 5 },
            { transform: 'none', zIndex: 5 },
          ],
          timing,
        )
    }
    places.current = { layout, at }
  }, [drawn, layout])
}
