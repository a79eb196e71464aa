import type { ClinicLayoutDetail, ClinicProvider, ProviderCode } from '@counterpart/kernel'

/** People who have something in common, of whom it is asked whether the twin serves them as well as others. */
export interface FairnessGroup {
  readonly name: string
  readonly heading: string
  readonly label: string
  readonly members: ReadonlySet<ProviderCode>
}

interface Heading {
  readonly heading: string
  readonly groups: readonly (readonly [name: string, label: string, isIn: (provider: ClinicProvider) => boolean])[]
}

const seniority =
  (low: number, high: number) =>
  ({ yearsQualified: years }: ClinicProvider) =>
    years !== undefined && years >= low && years < high

const headings: readonly Heading[] = [
  {
    heading: 'Sex',
    groups: [
      ['female', 'Female', ({ sex }) => sex === 'female'],
      ['male', 'Male', ({ sex }) => sex === 'male'],
    ],
  },
  {
    heading: 'Years qualified',
    groups: [
      ['years-0', 'Under 10', seniority(0, 10)],
      ['years-10', '10 to 19', seniority(10, 20)],
      ['years-20', '20 and more', seniority(20, Number.POSITIVE_INFINITY)],
    ],
  },
  {
    heading: 'Contract',
    groups: [
      ['full-time', 'Full time', ({ clinicalFte }) => clinicalFte >= 1],
      ['part-time', 'Part time', ({ clinicalFte }) => clinicalFte < 1],
    ],
  },
  {
    heading: 'Profession',
    groups: [
      ['physician', 'Physicians', ({ profession }) => profession === 'physician'],
      ['advanced-practice', 'Advanced practice', ({ profession }) => profession === 'advanced-practice'],
    ],
  },
]

/** The groups of a clinic by sex, years qualified, contract and profession; those with nobody in them are left out. */
export function fairnessGroupsOf({ providers }: ClinicLayoutDetail): readonly FairnessGroup[] {
  return headings.flatMap(({ heading, groups }) =>
    groups
      .map(([name, label, isIn]) => ({
        name,
        heading,
        label,
        members: new Set(providers.filter(isIn).map(({ provider }) => provider)),
      }))
      .filter(({ members }) => members.size > 0),
  )
}
