/**
 * A greatest matching of rows to columns, each used once: `matching[row]` is its column or −1. Columns that come first
 * in a row are preferred. Augmenting paths (Kuhn 1955), searched breadth first, without recursion.
 *
 * @param columnsOf columns that each row may take
 */
export function greatestMatching(columnsOf: readonly (readonly number[])[]): Int32Array {
  const columnOfRow = new Int32Array(columnsOf.length).fill(-1)
  const rowOfColumn = new Map<number, number>()
  for (const start of columnsOf.keys()) {
    const cameFrom = new Map<number, number>()
    const open = [start]
    let free = -1
    for (let at = 0; at < open.length && free < 0; at++) {
      for (const column of columnsOf[open[at]!]!) {
        if (cameFrom.has(column)) continue
        cameFrom.set(column, open[at]!)
        const holder = rowOfColumn.get(column)
        if (holder === undefined) {
          free = column
          break
        }
        open.push(holder)
      }
    }
    while (free >= 0) {
      const row = cameFrom.get(free)!
      const given = columnOfRow[row]!
      columnOfRow[row] = free
      rowOfColumn.set(free, row)
      free = row === start ? -1 : given
    }
  }
  return columnOfRow
}
