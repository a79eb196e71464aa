import { type Distribution, logNormalFromMedian, normal, uniform } from '@counterpart/numerics'

/** Something that the reckoning of what a change is worth depends on, stated so that a clinic can put its own in. */
export interface WorthInput {
  readonly name: string
  readonly label: string
  /** UCUM-like, e.g. `USD/h`. */
  readonly unit: string
  readonly spread: Distribution
  readonly source: string
}

const assumed = 'assumed'

/** US dollars of 2024. Wherever a clinic knows its own figures, these should be replaced. */
export const worthInputs = [
  {
    name: 'clinician-hour',
    label: 'An hour of a physician, with what an employer pays besides',
    unit: 'USD/h',
    spread: normal(150, 20),
    source:
      'Order of magnitude of US wage statistics for family physicians (about 240,000 USD a year) and 30 % besides',
  },
  {
    name: 'staff-hour',
    label: 'An hour of a nurse, assistant or pharmacist, with what an employer pays besides',
    unit: 'USD/h',
    spread: logNormalFromMedian(42, 0.25),
    source:
      'Order of magnitude of US wage statistics; between assistants (about 26 with all costs) and pharmacists (80)',
  },
  {
    name: 'hour-spared',
    label: 'Worth of an unpaid hour outside scheduled time that is spared, as part of a paid one',
    unit: '1',
    spread: uniform(0, 0.6),
    source: `${assumed}: no money changes hands; 0 counts only money`,
  },
  {
    name: 'visit',
    label: 'What a visit brings, less what it uses, the clinician not counted',
    unit: 'USD',
    spread: normal(90, 22),
    source: `${assumed}, in the order of Medicare’s fees for usual office visits (about 90 to 130 USD in 2024)`,
  },
  {
    name: 'scribe-licence',
    label: 'Ambient scribe, for one clinician',
    unit: 'USD/a',
    spread: logNormalFromMedian(3600, 0.6),
    source: 'Prices that vendors and users name: 50 to 830 USD a month',
  },
  {
    name: 'clinician-year',
    label: 'A clinician at full time, with what an employer pays besides',
    unit: 'USD/a',
    spread: normal(315_000, 25_000),
    source: 'As the hour of a physician, 2,080 hours',
  },
  {
    name: 'search',
    label: 'Finding and starting a clinician',
    unit: 'USD',
    spread: logNormalFromMedian(60_000, 0.5),
    source: 'Search about 16,000 USD (AAPPR 2025); signing, moving and slow first months assumed',
  },
  {
    name: 'replacement',
    label: 'Replacing a physician who leaves',
    unit: 'USD',
    spread: logNormalFromMedian(500_000, 0.4),
    source:
      'M. S. Hamidi et al., BMC Health Serv Res 2018;18:851 (268,000 to 957,000 USD); T. Shanafelt et al., JAMA Intern Med 2017',
  },
  {
    name: 'leaving',
    label: 'Clinicians without burnout who leave in a year',
    unit: '/a',
    spread: uniform(0.03, 0.09),
    source:
      '13 % of 472 in two years (Hamidi 2018); 30 % in two to three years (R. Willard-Grace et al., Ann Fam Med 2019)',
  },
  {
    name: 'leaving-burned-out',
    label: 'Odds of leaving with burnout against without, as a logarithm',
    unit: '1',
    spread: normal(0.55, 0.3),
    source:
      'Odds ratio 1.57 (1.02 to 2.40; Willard-Grace 2019), 2.68 (1.34 to 5.38; Hamidi 2018); not all of it is cause. Against it: people who left spent less time in the inbox (E. R. Melnick et al., JAMA Netw Open 2021)',
  },
] as const satisfies readonly WorthInput[]

export type WorthInputName = (typeof worthInputs)[number]['name']

/** Weeks at work in a year. */
export const workingWeeks = 46
