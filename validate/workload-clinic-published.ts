// The simulated clinic beside published studies of primary care's work: each figure by its own study's definition, on seeds that
// nothing was tuned on (it was tuned on seeds named `practice-…`). The settings are the study's own, named in the row.
import type { Measurement } from '../scripts/measure.ts'
import { changesRows } from './workload-clinic-changes.ts'
import { burnoutRows, logRows } from './workload-clinic-people.ts'
import {
  type Compared,
  leaveCompared,
  panelsCompared,
  simulateStudy,
  studies,
  tallied,
} from './workload-clinic-studies.ts'

/** Runs all studies; prints each clinic as it is done. */
export async function validate(): Promise<Measurement[]> {
  const rows: Measurement[] = []
  const add = (...more: readonly Measurement[]) => {
    rows.push(...more)
    for (const { name, value, target, met } of more)
      console.log(`    ${name}: ${value}, target ${target}${met === false ? ', NOT MET' : ''}`)
  }
  for (const study of studies) {
    const run = simulateStudy(study, (index) => `judged-${study.calibration}-${index}`)
    let step = run.next()
    for (; !step.done; step = run.next()) console.log(`  ${step.value}`)
    const people = step.value
    for (const compared of study.compare(people))
      add(
        rowOf(`${study.name}: ${compared.name}`, compared, `${study.calibration}; ${study.definition}`, people.length),
      )
  }
  const people = tallied({ seed: 'judged-leave', from: Date.UTC(2024, 0, 1), calibration: 'wisconsin-2023' }, 52)
  const leave = leaveCompared(people)
  add(rowOf(leave.name, leave, 'wisconsin-2023', people.length))
  for (const compared of panelsCompared(['judged-panel-0', 'judged-panel-1', 'judged-panel-2']))
    add(
      rowOf(
        compared.name,
        compared,
        'needs of the drawn patients, who are calibrated to the hours of table 1; each service is delegated or not',
        156,
      ),
    )
  add(...(await logRows()))
  add(...burnoutRows())
  add(...changesRows())
  return rows
}

function rowOf(
  name: string,
  { unit, published, basis, simulated }: Compared,
  how: string,
  people: number,
): Measurement {
  const text = (value: number) => Number(value.toPrecision(3))
  const within = ({ low, high }: Compared['published']) => `${text(low)} to ${text(high)}`
  return {
    name,
    value: text(simulated.value),
    unit,
    target: `${text(published.value)} (${within(published)})`,
    met: simulated.value >= published.low && simulated.value <= published.high,
    note: `simulated 95 % ${within(simulated)}, ${people} people; ${how}; published: ${basis}`,
  }
}
