import { useSyncExternalStore } from 'react'
import { defaultUnits, type UnitPreferences } from '../format/unit.ts'

/** What a person sets for this browser; nothing of it is about a patient. */
export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark'
  readonly units: UnitPreferences
  /** CSS pixels per millimetre of this screen; null: not calibrated. */
  readonly pixelsPerMillimetre: number | null
}

const key = 'counterpart.preferences'
const listeners = new Set<() => void>()
let current: Preferences = read()

function read(): Preferences {
  const standard: Preferences = { theme: 'system', units: defaultUnits, pixelsPerMillimetre: null }
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Preferences>
    return { ...standard, ...stored, units: { ...defaultUnits, ...stored.units } }
  } catch {
    return standard
  }
}

export function getPreferences(): Preferences {
  return current
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(key, JSON.stringify(current))
  } catch {
    // Storage is switched off: the choice holds until the page is left.
  }
  applyTheme()
  for (const listener of listeners) listener()
}

export function applyTheme(): void {
  if (current.theme === 'system') document.documentElement.removeAttribute('data-theme')
  else document.documentElement.setAttribute('data-theme', current.theme)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, getPreferences)
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
