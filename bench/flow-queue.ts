// One queue in our engine, run by `flow.ts` in the same way as in the programs of others.
import { compilePathway, type Program, Run } from '@counterpart/discrete'

/** M/M/c. */
export interface Queue {
  readonly rate: number
  readonly service: number
  readonly servers: number
}

export const queues: readonly Queue[] = [
  { rate: 1, service: 1 / 1.1, servers: 1 },
  { rate: 1.6, service: 1, servers: 2 },
  { rate: 45, service: 1, servers: 50 },
]

export const nameOf = ({ rate, service, servers }: Queue): string =>
  `M/M/${servers} ρ ${((rate * service) / servers).toFixed(3)}`

/** This many customers, who all are served. */
export function programOf({ rate, service, servers }: Queue, customers: number): Program {
  return compilePathway({
    name: 'queue',
    classes: [{ name: 'customer' }],
    sources: [
      {
        name: 'door',
        class: 'customer',
        arrivals: { kind: 'intervals', between: { kind: 'exponential', mean: 1 / rate } },
        limit: customers,
      },
    ],
    resources: [{ name: 'staff', capacity: servers }],
    steps: [
      { kind: 'activity', name: 'service', needs: { staff: 1 }, duration: { kind: 'exponential', mean: service } },
    ],
  })
}

/** CPU seconds of a run with a record of every customer, and the mean wait that the records give. */
export function runQueue(
  queue: Queue,
  customers: number,
  seed: number,
): { readonly seconds: number; readonly wait: number } {
  const program = programOf(queue, customers)
  const began = process.cpuUsage()
  const run = new Run(program, { seed, records: true })
  run.advance({})
  const { user, system } = process.cpuUsage(began)
  const records = run.records!
  let wait = 0
  for (let i = 0; i < records.length; i++) {
    const { begun, queued } = records.at(i)
    wait += begun - queued
  }
  if (records.length !== customers) throw new Error(`${records.length} records of ${customers} customers`)
  return { seconds: (user + system) / 1e6, wait: wait / customers }
}
