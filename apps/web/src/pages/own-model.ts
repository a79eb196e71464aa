const key = 'counterpart-own-model'
let held: string | undefined

/** Keeps the text of a model that a person opened: for this tab, across reloads where it is not too large for that. */
export function keepOwnModel(text: string): void {
  held = text
  try {
    sessionStorage.setItem(key, text)
  } catch {
    sessionStorage.removeItem(key)
  }
}

export function ownModel(): string | undefined {
  return held ?? sessionStorage.getItem(key) ?? undefined
}
