/** Reads the page's colour tokens for drawing on canvas; read anew whenever the theme changes. */
export interface Palette {
  readonly ink: string
  readonly ink2: string
  readonly rule: string
  readonly rule2: string
  readonly accent: string
  readonly ground: string
  readonly ground2: string
  readonly prior: string
  readonly scenario: string
  readonly ecgPaper: string
  readonly ecgMinor: string
  readonly ecgMajor: string
  readonly ecgTrace: string
}

let cached: { key: string; palette: Palette } | undefined

export function palette(): Palette {
  const root = document.documentElement
  const key = `${root.getAttribute('data-theme')}|${matchMedia('(prefers-color-scheme: dark)').matches}|${matchMedia('print').matches}`
  if (cached?.key === key) return cached.palette
  const style = getComputedStyle(root)
  const of = (name: string) => style.getPropertyValue(name).trim()
  const read: Palette = {
    ink: of('--ink'),
    ink2: of('--ink-2'),
    rule: of('--rule'),
    rule2: of('--rule-2'),
    accent: of('--accent'),
    ground: of('--ground'),
    ground2: of('--ground-2'),
    prior: of('--prior'),
    scenario: of('--scenario-mark'),
    ecgPaper: of('--ecg-paper'),
    ecgMinor: of('--ecg-minor'),
    ecgMajor: of('--ecg-major'),
    ecgTrace: of('--ecg-trace'),
  }
  cached = { key, palette: read }
  return read
}

/** `#rrggbb` with an opacity. */
export function faded(hex: string, opacity: number): string {
  const value = Number.parseInt(hex.slice(1), 16)
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${opacity})`
}

/** Calls back when the colours change: by the device, by the person, or for printing. */
export function onPaletteChange(listener: () => void): () => void {
  const queries = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('print')]
  for (const query of queries) query.addEventListener('change', listener)
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
  return () => {
    for (const query of queries) query.removeEventListener('change', listener)
    observer.disconnect()
  }
}
