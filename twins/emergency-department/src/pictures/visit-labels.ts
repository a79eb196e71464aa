import type { Instant } from '@counterpart/kernel'

/** Digits and consonants that are not taken for one another, and make no words. */
const letters = '23456789BCDFGHJKLMNPQRSTVWXZ'

const shortest = 3

/**
 * Short labels by which people on the floor are told apart, by visit: three characters made of the visit's pseudonym, and more
 * only for whoever came later than somebody with the same ones. So nobody's label gets longer while they are there.
 *
 * @example visitLabels([{ id: 'a1b2', arrived: 0 }]).get('a1b2')?.length // 3
 */
export function visitLabels(
  visits: readonly { readonly id: string; readonly arrived: Instant }[],
): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  const taken = new Set<string>()
  const inOrder = [...visits].sort((a, b) => a.arrived - b.arrived || (a.id < b.id ? -1 : 1))
  for (const { id } of inOrder) {
    let length = shortest
    while (taken.has(labelOf(id, length))) length++
    const label = labelOf(id, length)
    taken.add(label)
    labels.set(id, label)
  }
  return labels
}

/** The first characters of an endless word that is the visit's own (FNV-1a, one character at a time). */
function labelOf(id: string, length: number): string {
  let label = ''
  for (let position = 0; position < length; position++) {
    let hash = 2_166_136_261
    for (const character of `${position}|${id}`) hash = Math.imul(hash ^ character.codePointAt(0)!, 16_777_619) >>> 0
    // The low bits of this hash are the poor ones.
    label += letters[(hash >>> 12) % letters.length]!
  }
  return label
}
