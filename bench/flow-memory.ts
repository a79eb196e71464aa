// Run by `flow.ts` in a process of its own: `node flow-memory.ts records|none CUSTOMERS` prints its greatest memory as JSON.
import { Run } from '@counterpart/discrete'
import { programOf, queues } from './flow-queue.ts'

if (import.meta.main) {
  const [, , what, customers] = process.argv
  const run = new Run(programOf(queues[0]!, Number(customers)), { records: what === 'records' })
  run.advance({})
  const people = run.state.sums[run.state.layout.classSums]
  console.log(JSON.stringify({ people, bytes: process.resourceUsage().maxRSS * 1024 }))
}
