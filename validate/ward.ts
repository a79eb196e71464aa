// The cardiovascular twin on patients that its authors did not make: the sandbox's, with other build, reflexes, drift, sick
// extremes, failing sensors. A harder and a more honest trial than the twin's own population; nothing of it is a target.
import { cardiovascular } from '@counterpart/cardiovascular'
import { carryOn, hour, minute, type Observation, type SubjectId, TwinLoop } from '@counterpart/kernel'
import { quantiles, wilsonInterval } from '@counterpart/numerics'
import { type HiddenTruth, observeHiddenPatients } from '@counterpart/sandbox'
import type { Measurement } from '../scripts/measure.ts'

const patients = 60
const start = Date.UTC(2026, 0, 1, 8)
const lookAt = [30 * minute, 2 * hour, 6 * hour]

/** What is estimated, beside what is true; the first five are measured by nobody. */
const compared: readonly (readonly [quantity: string, truth: (truth: HiddenTruth) => number])[] = [
  ['cardiac-output', ({ haemodynamics }) => haemodynamics.cardiacOutput],
  ['left-atrial-pressure', ({ haemodynamics }) => haemodynamics.leftAtrialPressure],
  ['resistance', ({ parameters }) => parameters['systemic.R_AR']],
  ['contractility', ({ parameters }) => parameters['LV.EA']],
  ['stiffness', ({ parameters }) => parameters['LV.EB']],
  ['mean-blood-pressure', ({ haemodynamics }) => haemodynamics.mean],
  ['left-ventricular-ejection-fraction', ({ haemodynamics }) => 100 * haemodynamics.ejectionFraction],
  ['left-ventricular-end-diastolic-volume', ({ haemodynamics }) => haemodynamics.endDiastolicVolume],
]

/** Coverage of 90 % intervals over the ward's hidden patients. */
export async function validate(): Promise<Measurement[]> {
  const hits = new Map<string, number>()
  const all = observeHiddenPatients(patients, { seed: 'ward validation', start, duration: lookAt.at(-1)! })
  for (const { index, instants } of all) {
    const subject = { id: `patient/ward-${index}` as SubjectId, kind: 'patient' as const }
    const loop = new TwinLoop({ definition: cardiovascular, subject })
    let next = 0
    for (const instant of instants) {
      loop.take(instant.readings.flatMap((reading, i) => factsOf(subject.id, instant.at, reading, i)))
      if (instant.at - start < lookAt[next]!) continue
      for (const [name, truth] of compared)
        if (covers(loop, name, truth(instant.truth))) {
          const key = `${name} ${lookAt[next]}`
          hits.set(key, (hits.get(key) ?? 0) + 1)
        }
      next++
      if (next === lookAt.length) break
    }
  }
  return lookAt.flatMap((at) => {
    const rows = compared.map(([name]) => row(`${name} after ${at / hour} h`, hits.get(`${name} ${at}`) ?? 0, patients))
    const total = compared.reduce((sum, [name]) => sum + (hits.get(`${name} ${at}`) ?? 0), 0)
    return [...rows, row(`everything after ${at / hour} h`, total, patients * compared.length)]
  })
}

function factsOf(
  subject: SubjectId,
  at: number,
  { code, value, unit, sensor }: { code: Observation['code']; value: number; unit: string; sensor: string },
  i: number,
) {
  const channel = cardiovascular.channels.find((each) => each.codes.some((known) => known.code === code.code))
  // As at intake: what is physically impossible never comes in.
  if (!channel || value < channel.plausible[0] || value > channel.plausible[1]) return []
  const observation: Observation = {
    id: `${sensor}/${at}/${i}`,
    version: at,
    status: 'final',
    subject,
    channel: channel.name,
    code,
    value,
    unit,
    effective: at,
    source: { protocol: 'hl7v2', system: 'ward', device: sensor },
    quality: { score: 1, flags: [] },
  }
  return [{ kind: 'observation' as const, observation }]
}

function covers(loop: TwinLoop, name: string, truth: number): boolean {
  const belief = loop.belief!
  const { variables, size, values, weights } = belief.ensemble
  const variable = variables.findIndex((each) => each.name === name)
  const members =
    variable >= 0
      ? values.subarray(variable * size, (variable + 1) * size)
      : cardiovascular.forecast(belief, carryOn, [belief.asOf], loop.contextAt(belief.asOf)).quantities[name]!.members
  const [low, high] = quantiles(members, [0.05, 0.95], weights)
  return truth >= low! && truth <= high!
}

function row(name: string, hits: number, of: number): Measurement {
  const { estimate, low, high } = wilsonInterval(hits, of)
  return {
    name: `90 % intervals that held the truth: ${name}`,
    value: Number((100 * estimate).toFixed(1)),
    unit: '%',
    note: `${hits} of ${of}; 95 % interval ${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)} %`,
  }
}
