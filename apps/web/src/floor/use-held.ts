import { useEffect, useRef, useState } from 'react'

/** After so long without a movement or a key, nobody is about to press anything. */
const stillFor = 8_000

export interface Held<T> {
  readonly shown: T
  /** Something newer waits. */
  readonly waiting: boolean
  /** Shows what is newest at once. */
  readonly release: () => void
  /** For the element whose contents shall stand still. */
  readonly holding: {
    onPointerMove(): void
    onPointerDown(): void
    onPointerLeave(): void
    onFocus(): void
    onKeyDown(): void
    onBlur(event: { currentTarget: Element; relatedTarget: EventTarget | null }): void
  }
}

/**
 * Keeps a live picture as it is while a person points at it or moves through it by keyboard, so that nothing moves under
 * a finger; lets go as soon as they leave or are still. `always`: holds until it is false again.
 */
export function useHeld<T>(fresh: T, always = false): Held<T> {
  const [held, setHeld] = useState<{ value: T } | null>(null)
  const newest = useRef(fresh)
  newest.current = fresh
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const kept = useRef(always)
  kept.current = always
  const release = () => {
    clearTimeout(timer.current)
    if (!kept.current) setHeld(null)
  }
  const touch = () => {
    clearTimeout(timer.current)
    timer.current = setTimeout(release, stillFor)
    setHeld((before) => before ?? { value: newest.current })
  }
  useEffect(() => () => clearTimeout(timer.current), [])
  useEffect(() => {
    if (!always) timer.current = setTimeout(() => setHeld(null), stillFor)
  }, [always])
  return {
    shown: held ? held.value : fresh,
    waiting: held !== null && held.value !== fresh,
    release: () => {
      clearTimeout(timer.current)
      setHeld(null)
    },
    holding: {
      onPointerMove: touch,
      onPointerDown: touch,
      onPointerLeave: release,
      onFocus: touch,
      onKeyDown: touch,
      onBlur: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) release()
      },
    },
  }
}
