/**
 * Gives each of `items` one of its `choices` that no other has, as far as that is possible; `taken` comes with choices
 * made before, which may be changed for others of the same item.
 *
 * Augmenting paths (Kuhn 1955), without recursion: systems of equations may be long chains.
 */
export function matchAll<Item, Choice>(
  items: readonly Item[],
  choices: (item: Item) => readonly Choice[],
  taken: Map<Choice, Item>,
): void {
  const matched = new Set(taken.values())
  for (const item of items) if (!matched.has(item)) augment(item, choices, taken)
}

function augment<Item, Choice>(
  start: Item,
  choices: (item: Item) => readonly Choice[],
  taken: Map<Choice, Item>,
): boolean {
  /** The item from which a choice was reached. */
  const reachedFrom = new Map<Choice, Item>()
  const had = new Map<Item, Choice>()
  for (const [choice, item] of taken) had.set(item, choice)
  const queue = [start]
  for (let next = 0; next < queue.length; next++) {
    const item = queue[next]!
    for (const choice of choices(item)) {
      if (reachedFrom.has(choice)) continue
      reachedFrom.set(choice, item)
      const holder = taken.get(choice)
      if (holder !== undefined) {
        queue.push(holder)
        continue
      }
      // Free: everyone on the way takes the choice by which the next one was reached.
      let free: Choice | undefined = choice
      while (free !== undefined) {
        const taker: Item = reachedFrom.get(free)!
        const before = had.get(taker)
        taken.set(free, taker)
        free = taker === start ? undefined : before
      }
      return true
    }
  }
  return false
}
