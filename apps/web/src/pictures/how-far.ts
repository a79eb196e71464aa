import type { DrawingProgress } from '@counterpart/server/contract'

/**
 * How much of a long drawing is done (0 to 1) and how many milliseconds it may still take: by the parts it has done once it
 * has done one, before that by how long the last one took. Undefined where nothing tells.
 */
export function howFar(
  told: DrawingProgress['drawing'],
  elapsed: number,
  usual: number | undefined,
): { readonly part: number | undefined; readonly left: number | undefined } {
  if (told?.of && told.done !== null && told.done > 0) {
    const part = told.done / told.of
    return { part, left: (elapsed * (1 - part)) / part }
  }
  const expected = told?.usual ?? usual
  if (expected === undefined || expected <= 0) return { part: told?.of ? 0 : undefined, left: undefined }
  return { part: Math.min(0.97, elapsed / expected), left: Math.max(0, expected - elapsed) }
}
