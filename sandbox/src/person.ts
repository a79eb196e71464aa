import { day, type Instant } from '@counterpart/kernel'
import { randomStream } from '@counterpart/numerics'
import type { Phenotype } from './phenotypes.ts'

/** Who a virtual patient is on paper. Nobody is called so: the family names say that they are made up. */
export interface Person {
  readonly recordNumber: string
  readonly family: string
  readonly given: string
  readonly sex: 'female' | 'male'
  /** `YYYY-MM-DD`, always on a first of January: no real date. */
  readonly birthDate: string
  /** kg */
  readonly weight: number
}

const trees = [
  'Alder',
  'Birch',
  'Cedar',
  'Elm',
  'Fir',
  'Hazel',
  'Juniper',
  'Larch',
  'Maple',
  'Oak',
  'Pine',
  'Rowan',
  'Spruce',
  'Willow',
  'Yew',
]
const given = {
  female: ['Testa', 'Samplia', 'Fictia', 'Demoline', 'Modella', 'Virtua'],
  male: ['Testo', 'Samplus', 'Fictus', 'Demolin', 'Modellus', 'Virtuo'],
} as const

/** The person in bed `index`; the same seed always gives the same ward. */
export function drawPerson(seed: string, index: number, phenotype: Phenotype, admitted: Instant): Person {
  const random = randomStream('sandbox', seed, 'person', index)
  const ward = randomStream('sandbox', seed, 'record-numbers').uint32().toString(36).toUpperCase().padStart(7, '0')
  const sex = random.uniform() < 0.5 ? 'female' : 'male'
  const [youngest, oldest] = phenotype.ages
  const age = youngest + random.integer(oldest - youngest + 1)
  const year = new Date(admitted - age * 365.25 * day).getUTCFullYear()
  const weight = Math.round(
    Math.min(130, Math.max(45, (sex === 'female' ? 68 : 81) * Math.exp(0.17 * random.normal()))),
  )
  return {
    recordNumber: `SBX-${ward}-${String(index + 1).padStart(4, '0')}`,
    family: `Sandbox-${trees[random.integer(trees.length)]!}`,
    given: given[sex][random.integer(given[sex].length)]!,
    sex,
    birthDate: `${year}-01-01`,
    weight,
  }
}
