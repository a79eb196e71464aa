import type { Coding } from '@counterpart/kernel'
import { loincSystem } from '@counterpart/kernel'

interface Substance {
  readonly name: string
  /** g/mol, from the IUPAC 2021 standard atomic weights and the molecular formula. */
  readonly molecularWeight: number
  readonly formula: string
  /** LOINC codes of its concentration in blood, serum or plasma, by mass and by amount of substance. */
  readonly loinc: readonly string[]
}

/** Substances whose mass and molar concentrations are both in daily use. */
const substances: readonly Substance[] = [
  {
    name: 'glucose',
    molecularWeight: 180.156,
    formula: 'C6H12O6',
    loinc: ['2345-7', '2339-0', '2340-8', '2341-6', '1558-6', '41653-7', '15074-8', '14749-6', '99504-3', '105273-7'],
  },
  { name: 'creatinine', molecularWeight: 113.12, formula: 'C4H7N3O', loinc: ['2160-0', '38483-4', '14682-9'] },
  {
    name: 'cholesterol',
    molecularWeight: 386.66,
    formula: 'C27H46O',
    loinc: ['2093-3', '14647-2', '2085-9', '14646-4'],
  },
  { name: 'bilirubin', molecularWeight: 584.67, formula: 'C33H36N4O6', loinc: ['1975-2', '14631-6'] },
  { name: 'lactate', molecularWeight: 90.08, formula: 'C3H6O3 as the acid', loinc: ['2524-7', '14118-4'] },
]

/** The molecular weight (g/mol) of what a code measures, when it is known; without it, moles do not become grams. */
export function molecularWeightOf(codes: readonly Coding[]): number | undefined {
  const loinc = new Set(codes.filter(({ system }) => system === loincSystem).map(({ code }) => code))
  return substances.find((substance) => substance.loinc.some((code) => loinc.has(code)))?.molecularWeight
}
