import { type ReactNode, useEffect, useRef, useState } from 'react'

/** Room for a wide table. Where it does overflow, it can be reached and scrolled by keyboard. */
export function Scroll({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  const holder = useRef<HTMLDivElement>(null)
  const [overflows, setOverflows] = useState(false)
  useEffect(() => {
    const element = holder.current!
    const read = () => setOverflows(element.scrollWidth > element.clientWidth + 1)
    read()
    const observer = new ResizeObserver(read)
    observer.observe(element)
    if (element.firstElementChild) observer.observe(element.firstElementChild)
    return () => observer.disconnect()
  }, [])
  const reachable = overflows ? { tabIndex: 0, role: 'region', 'aria-label': label } : {}
  return (
    <div ref={holder} className={`scroll ${className ?? ''}`} {...reachable}>
      {children}
    </div>
  )
}
