import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compilePathway } from '../program.ts'
import { Run } from '../run.ts'
import { type MetricSummary, runReplications } from '../study/run-replications.ts'
import { examinePathway, readPathway } from './read-pathway.ts'
import { writePathway } from './write-pathway.ts'

const textOf = (name: string) => readFileSync(join(import.meta.dirname, '../../../../pathways', `${name}.yaml`), 'utf8')

function run(name: string, replications: number, ...variants: string[]): Readonly<Record<string, MetricSummary>> {
  const { metrics, pathway, study } = readPathway(textOf(name), { variants })
  return runReplications(compilePathway(pathway), {
    replications,
    until: study.until!,
    warmUp: study.warmUp ?? 0,
    metrics,
  }).metrics
}

/** Whether the mean lies within so many standard errors of both, and a tolerance, of what is expected. */
function near({ mean, n, sd }: MetricSummary, expected: number, standardError = 0, tolerance = 0): void {
  expect(Math.abs(mean - expected)).toBeLessThan(4.5 * Math.hypot(sd / Math.sqrt(n), standardError) + tolerance)
}

describe.each(['urgent-care', 'forecast-ed', 'nhs-ae', 'radiology'])('%s', (name) => {
  test('has nothing doubtful, in no variant, and comes back as it was', () => {
    const { document, problems } = examinePathway(textOf(name))
    expect(problems).toEqual([])
    expect(readPathway(writePathway(document!))).toEqual(document)
  })
})

test('the urgent-care centre comes near the published figures, as the original and as it should be', () => {
  // Means of 4,000 seeded replications of treat-sim 2.2.0 in SimPy, with standard errors.
  const legacy = run('urgent-care', 150, 'legacy')
  near(legacy.arrivals!, 226.82, 0.25)
  near(legacy['triage wait']!, 30.57, 0.28)
  near(legacy['registration wait']!, 103.47, 0.38)
  near(legacy['total time non-trauma']!, 228.06, 0.39)
  near(legacy['total time trauma']!, 290.87, 1.2)
  near(legacy['triage utilisation']!, 0.597, 0.001)
  const shorter = run('urgent-care', 150, 'legacy', 'short_exam')
  near(shorter['examination wait']!, 65.85, 0.17)
  near(shorter.throughput!, 157.92, 0.13)
})

test('ForecastED comes near the published medians', () => {
  const { 'bed use': use, arrivals, 'length of stay': stay } = run('forecast-ed', 4)
  // Four weeks at 53,219 in 400 days; occupancy 83 %, stays 6.4 h (medians of the paper, means here).
  near(arrivals!, (28 * 53_219) / 400, 0, 40)
  near(use!, 0.83, 0, 0.06)
  near(stay!, 6.4, 0, 1.5)
})

test('the NHS-like department sees as many as it says, and about as many within four hours', () => {
  const { attendances, 'within four hours': within, 'left unseen': unseen } = run('nhs-ae', 3)
  near(attendances!, 14 * 304, 0, 50)
  near(within!, 0.83, 0, 0.06)
  expect(unseen!.mean / attendances!.mean).toBeLessThan(0.05)
})

test('in the imaging department nobody is lost, emergencies wait least, and a third scanner helps CT only', () => {
  const [base, more] = [run('radiology', 30), run('radiology', 30, 'three ct scanners')]
  expect(base.came!.mean - base.done!.mean).toBeLessThan(0.05 * base.came!.mean)
  expect(base['wait of emergencies for ct']!.mean).toBeLessThan(base['wait for ct']!.mean)
  expect(more['wait for ct']!.mean).toBeLessThan(0.5 * base['wait for ct']!.mean)
  expect(more['wait for mri']).toEqual(base['wait for mri'])
})

test('an opening takes one boarder, in order, and is lost when nobody boards: the idiom of two of the files', () => {
  const { pathway } = readPathway(`pathway: boarding
time: h
classes: { patient: 0, opening: 0 }
arrivals:
  patients: { class: patient, at: [1.5, 1.6, 1.7, 5.5] }
  openings: { class: opening, to: meets, at: [1, 2, 3, 4, 5, 6] }
resources: { head: { capacity: 1, discipline: first-come } }
steps:
  boards: { seize: head }
  meets: { batch: 2, at-most: { by-class: { opening: 0, patient: 1000 d } } }
  goes up: { separate: true }
  patient or opening: { by-class: { opening: leave }, next: off the line }
  off the line: { release: boards }
  on the way: { takes: 0.25 }
`)
  const run = new Run(compilePathway(pathway), { records: true })
  run.advance({ until: 10 })
  const stays = Array.from({ length: run.records!.length }, (_, i) => run.records!.at(i))
  const leaving = stays.filter(({ step }) => pathway.steps[step]!.name === 'on the way')
  expect(leaving.map(({ begun, number, source }) => [source, number, begun])).toEqual([
    [0, 0, 2],
    [0, 1, 3],
    [0, 2, 4],
    [0, 3, 6],
  ])
  expect(run.present).toBe(0)
})
