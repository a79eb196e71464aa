import { randomStream } from '@counterpart/numerics'
import type { Person } from '../person.ts'
import type { Visitor } from './visitor.ts'

const rivers = [
  'Avon',
  'Derwent',
  'Esk',
  'Forth',
  'Humber',
  'Mersey',
  'Severn',
  'Spey',
  'Tamar',
  'Tees',
  'Trent',
  'Tyne',
]
const given = {
  female: ['Exempla', 'Fabula', 'Ficta', 'Imagina', 'Inventa', 'Schema'],
  male: ['Exemplus', 'Fabulus', 'Fictor', 'Imaginus', 'Inventus', 'Schemus'],
} as const

/** Somebody on paper; nobody is called so. */
export type PaperPerson = Omit<Person, 'weight'>

/** Who a visitor is on paper; the same number is always the same person. */
export function paperPerson(
  seed: string,
  { number, age, sex, arrival }: Pick<Visitor, 'number' | 'age' | 'sex' | 'arrival'>,
): PaperPerson {
  const random = randomStream('emergency', seed, 'person', number)
  return {
    recordNumber: `SBX-ED-${number.toString(36).toUpperCase()}`,
    family: `Sandbox-${rivers[random.integer(rivers.length)]!}`,
    given: given[sex][random.integer(given[sex].length)]!,
    sex,
    birthDate: `${new Date(arrival).getUTCFullYear() - age}-01-01`,
  }
}
