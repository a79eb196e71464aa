/**
 * Everything that `roots` depend on in an order in which each comes after what it depends on; what depends on itself in
 * a circle comes together. Tarjan's strongly connected components (SIAM J. Comput. 1, 146, 1972), without recursion.
 */
export function orderedComponents<K>(roots: Iterable<K>, dependenciesOf: (key: K) => readonly K[]): K[][] {
  interface Visit {
    readonly key: K
    readonly dependencies: readonly K[]
    readonly number: number
    next: number
    lowest: number
    open: boolean
  }
  const visits = new Map<K, Visit>()
  const stack: Visit[] = []
  const components: K[][] = []
  for (const root of roots) {
    const path: Visit[] = []
    const enter = (key: K) => {
      const number = visits.size
      const visit: Visit = { key, dependencies: dependenciesOf(key), number, next: 0, lowest: number, open: true }
      visits.set(key, visit)
      stack.push(visit)
      path.push(visit)
    }
    if (!visits.has(root)) enter(root)
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      if (visit.next < visit.dependencies.length) {
        const key = visit.dependencies[visit.next++]!
        const met = visits.get(key)
        if (!met) enter(key)
        else if (met.open) visit.lowest = Math.min(visit.lowest, met.number)
        continue
      }
      path.pop()
      const user = path.at(-1)
      if (user) user.lowest = Math.min(user.lowest, visit.lowest)
      if (visit.lowest !== visit.number) continue
      const members: K[] = []
      for (let member = stack.pop(); member; member = stack.pop()) {
        member.open = false
        members.push(member.key)
        if (member === visit) break
      }
      components.push(members.reverse())
    }
  }
  return components
}
