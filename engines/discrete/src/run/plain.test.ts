import { describe, expect, it } from 'vitest'
import type { Pathway } from '../pathway.ts'
import { compilePathway } from '../program.ts'
import { constant, exponential } from '../queue.test-data.ts'
import { Run } from '../run.ts'
import { statisticsOf } from '../statistics.ts'

/** Two steps of one doctor each, priorities, a shift that shrinks and grows, a nurse before, and a way back. */
const department = (patience: boolean): Pathway => ({
  name: 'department',
  classes: [
    { name: 'urgent', priority: 0 },
    { name: 'routine', priority: 1 },
  ],
  sources: [
    { name: 'ambulance', class: 'urgent', arrivals: { kind: 'intervals', between: exponential(40) } },
    { name: 'door', class: 'routine', arrivals: { kind: 'intervals', between: constant(9) } },
  ],
  resources: [
    { name: 'nurse', capacity: 1 },
    {
      name: 'doctor',
      capacity: 3,
      schedule: [
        { at: 300, capacity: 1 },
        { at: 420, capacity: 3 },
      ],
    },
  ],
  steps: [
    { kind: 'activity', name: 'triage', needs: { nurse: 1 }, duration: constant(6) },
    { kind: 'activity', name: 'see', needs: { doctor: 1 }, duration: exponential(14) },
    {
      kind: 'activity',
      name: 'review',
      needs: { doctor: 1 },
      duration: { byClass: { urgent: { kind: 'log-normal', mean: 9, standardDeviation: 4 }, routine: constant(3) } },
      // Nobody will ever lose it, but a line with patience is not plain, nor are the others at its desk.
      ...(patience && { patience: constant(1e12) }),
    },
    {
      kind: 'branch',
      name: 'again',
      options: [
        { probability: 0.2, to: 'see' },
        { probability: 0.8, to: 'leave' },
      ],
    },
  ],
})

describe('the short way through plain lines', () => {
  const plain = compilePathway(department(false))
  const long = compilePathway(department(true))

  it('is taken where nothing speaks against it', () => {
    expect(plain.lines.map((line) => line.plain !== undefined)).toEqual([true, true, true])
    expect(long.lines.map((line) => line.plain !== undefined)).toEqual([true, false, false])
  })

  it('gives what the long way gives', () => {
    const runs = [plain, long].map((program) => {
      const run = new Run(program, { seed: 3, records: true })
      for (let until = 100; until <= 5000; until += 100) run.advance({ until })
      return run
    })
    const [stays, others] = runs.map((run) => Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i)))
    expect(stays!.length).toBeGreaterThan(1500)
    expect(stays!.filter(({ begun, queued }) => begun > queued).length).toBeGreaterThan(500)
    expect(others).toEqual(stays)
    const [short, full] = runs.map(statisticsOf)
    for (const name of ['nurse', 'doctor'])
      expect(short!.resources[name]!.busy).toBeCloseTo(full!.resources[name]!.busy, 12)
    for (const name of ['triage', 'see', 'review'])
      expect(short!.lines[name]!.meanLength).toBeCloseTo(full!.lines[name]!.meanLength, 12)
    expect(short!.stays).toEqual(full!.stays)
  })
})
