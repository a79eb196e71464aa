/** What one study found of one measure after one kind of change. */
export interface PublishedEffect {
  readonly id: string
  /** The interventions of this twin that it speaks of. */
  readonly interventions: readonly string[]
  readonly source: string
  readonly design: 'randomised' | 'controlled' | 'before-and-after' | 'association' | 'description'
  /** Clinicians. */
  readonly people?: number
  readonly measure: 'work' | 'burnout' | 'visits'
  /** What was found, in a sentence. */
  readonly finding: string
  /** Whether the measure fell, did not change measurably, or rose; `open`: it was not measured. */
  readonly direction: 'fell' | 'unchanged' | 'rose' | 'open'
  /** The change, where a magnitude was published: negative is less. */
  readonly change?: {
    readonly unit: string
    readonly value: number
    /** 95 % interval. */
    readonly interval?: readonly [low: number, high: number]
    /** How it follows from what was published, where it is not published itself. */
    readonly derived?: string
  }
}

/** A `1` in `unit` is a relative change: −0.1 is a tenth less. Not a systematic review. */
export const publishedEffects: readonly PublishedEffect[] = [
  {
    id: 'slots-michigan',
    interventions: ['protected-inbox-time'],
    source: 'J. R. Lukela et al., J Gen Intern Med 2025 (Michigan Medicine, one 20-minute slot in each half-day)',
    design: 'before-and-after',
    people: 74,
    measure: 'work',
    finding:
      'Work after hours did not change measurably, nor did visits or billing; 88 % of 74 who answered believed that it fell.',
    direction: 'unchanged',
  },
  {
    id: 'slots-2025',
    interventions: ['protected-inbox-time'],
    source: 'JAMA Netw Open, 2 December 2025 (one slot in each half-day; read in trade press, magnitudes not obtained)',
    design: 'controlled',
    people: 130,
    measure: 'work',
    finding: 'Work after hours and at weekends fell against a control network; visits dipped a little and for a time.',
    direction: 'fell',
  },
  {
    id: 'scribe-olson-burnout',
    interventions: ['scribe'],
    source: 'K. D. Olson et al., JAMA Netw Open 2025 (six systems, 30 days of an ambient scribe)',
    design: 'before-and-after',
    people: 263,
    measure: 'burnout',
    finding:
      'Burnout fell from 51.9 % to 38.8 % (odds ratio for one person 0.26, 0.13 to 0.54; for a group 0.59); no control group.',
    direction: 'fell',
    change: {
      unit: 'log odds ratio',
      value: -0.531,
      interval: [-0.757, -0.305],
      derived:
        'Odds of 38.8 % over odds of 51.9 % = 0.588; its error from paired answers whose discordant counts fit the difference and the odds ratio of 0.26 (standard error 0.115)',
    },
  },
  {
    id: 'scribe-olson-hours',
    interventions: ['scribe'],
    source: 'K. D. Olson et al., JAMA Netw Open 2025 (six systems, 30 days of an ambient scribe)',
    design: 'before-and-after',
    people: 263,
    measure: 'work',
    finding: 'Documentation after hours fell by 0.9 hours a week, by their own account; no control group.',
    direction: 'fell',
    change: { unit: 'h/wk', value: -0.9 },
  },
  {
    id: 'scribe-ucla-nabla',
    interventions: ['scribe'],
    source: 'P. J. Lukac et al., NEJM AI 2025;2(12) (three arms, 238 physicians; this arm)',
    design: 'randomised',
    people: 238,
    measure: 'work',
    finding: 'Time in notes fell by 9.5 % against control, though it was used in 29.5 % of visits only.',
    direction: 'fell',
    change: { unit: '1', value: -0.095, interval: [-0.172, -0.018] },
  },
  {
    id: 'scribe-ucla-dax',
    interventions: ['scribe'],
    source: 'P. J. Lukac et al., NEJM AI 2025;2(12) (three arms, 238 physicians; this arm)',
    design: 'randomised',
    people: 238,
    measure: 'work',
    finding: 'Time in notes did not change measurably against control, used in 33.5 % of visits.',
    direction: 'unchanged',
    change: { unit: '1', value: -0.017, interval: [-0.094, 0.059] },
  },
  {
    id: 'scribe-wisconsin',
    interventions: ['scribe'],
    source: 'University of Wisconsin, NEJM AI 2025 (pragmatic trial; read in the university’s account)',
    design: 'randomised',
    measure: 'work',
    finding: 'Documentation fell by 30 minutes a day, and scores of burnout fell.',
    direction: 'fell',
    change: {
      unit: '1',
      value: -0.23,
      derived: '30 of the 129 minutes in notes for 8 scheduled hours of B. G. Arndt et al., Ann Fam Med 2024;22:12',
    },
  },
  {
    id: 'scribe-atrium',
    interventions: ['scribe'],
    source: 'Atrium Health, NEJM AI, November 2024 (112 primary care clinicians and 103 controls; read in trade press)',
    design: 'controlled',
    people: 215,
    measure: 'work',
    finding: 'No measurable difference in use of the record or in finances between the groups as a whole.',
    direction: 'unchanged',
  },
  {
    id: 'scribe-visits',
    interventions: ['scribe'],
    source: 'L. Zallman et al., J Am Board Fam Med 2018;31:612 (human scribes; a slot added to each session)',
    design: 'before-and-after',
    people: 5,
    measure: 'visits',
    finding: 'Where a slot was added as well, visits an hour rose by 8.8 %: what a scribe spares can be spent at once.',
    direction: 'rose',
    change: { unit: '1', value: 0.088 },
  },
  {
    id: 'team-aim',
    interventions: ['team-inbox', 'message-triage'],
    source: 'Advanced In-Basket Management, Appl Clin Inform 2024 (nurse team, six family medicine clinics)',
    design: 'before-and-after',
    measure: 'work',
    finding:
      '12.2 messages and 6.3 minutes outside scheduled hours fewer a day; but 13.7 seconds more for each message that was left.',
    direction: 'fell',
    change: { unit: 'min/d', value: -6.3 },
  },
  {
    id: 'team-routing',
    interventions: ['team-inbox', 'message-triage'],
    source: 'N. Hadeed et al., J Gen Intern Med 2025 (Michigan Medicine, one clinic and two controls)',
    design: 'controlled',
    measure: 'work',
    finding: 'Messages for each full-time physician fell by 16 % with agreed roles and routing.',
    direction: 'fell',
    change: { unit: '1', value: -0.16 },
  },
  {
    id: 'notifications-vha',
    interventions: ['team-inbox', 'message-triage'],
    source: 'Am J Manag Care (Veterans Health Administration, 138 facilities)',
    design: 'before-and-after',
    people: 6459,
    measure: 'burnout',
    finding: 'Notifications fell from 128 to 114 a day; burnout did not change with them.',
    direction: 'unchanged',
    change: { unit: 'log odds ratio', value: 0 },
  },
  {
    id: 'refill-sharp',
    interventions: ['refill-protocol'],
    source: 'Sharp Rees-Stealy refill service, J Manag Care Spec Pharm (130 physicians)',
    design: 'description',
    people: 130,
    measure: 'work',
    finding:
      'Pharmacists dealt with 80 % of refills; physicians put it at 20 to 30 minutes a day (an estimate of theirs).',
    direction: 'fell',
    change: { unit: 'min/d', value: -25 },
  },
  {
    id: 'refill-penn',
    interventions: ['refill-protocol'],
    source: 'J. T. Tokazewski et al., Appl Clin Inform 2022;13:1063 (11 million refills a year)',
    design: 'description',
    measure: 'work',
    finding: 'It took two years to bring refills that a protocol supports from 49 % to 82 %; time was not measured.',
    direction: 'open',
  },
  {
    id: 'slots-longer',
    interventions: ['slot-length'],
    source: 'H. T. Neprash et al., Med Care 2021;59 (21 million visits)',
    design: 'association',
    measure: 'work',
    finding:
      'Visits of 10 minutes run 5 over and visits of 30 end at 24: under half of what is added is spent face to face.',
    direction: 'fell',
  },
  {
    id: 'panel-messages',
    interventions: ['panel-rebalance', 'hire'],
    source: 'D. Margolius et al., J Am Board Fam Med 2020;33:460 (86 clinicians)',
    design: 'association',
    people: 86,
    measure: 'work',
    finding: 'Messages go with the size of the panel; nobody has published a trial of moving patients.',
    direction: 'fell',
  },
  {
    id: 'leave-record',
    interventions: ['cross-cover'],
    source: 'C. S. Obermiller et al., JAMA Netw Open, March 2025 (56 primary care physicians)',
    design: 'association',
    people: 56,
    measure: 'work',
    finding:
      'A median of 16.1 minutes at the record on days of leave, two fifths of it in the inbox; no trial of cover.',
    direction: 'fell',
  },
  {
    id: 'messages-cleveland',
    interventions: ['team-inbox', 'message-triage'],
    source: 'Cleveland Clinic, J Gen Intern Med 2023 (PMC10973312; 150 clinicians)',
    design: 'association',
    people: 150,
    measure: 'work',
    finding: 'Each ten messages more in a quarter went with 12 minutes more outside scheduled hours in that quarter.',
    direction: 'fell',
    change: { unit: 'min for each message', value: 1.2 },
  },
]

/** What was published of an intervention. */
export const publishedOf = (intervention: string): readonly PublishedEffect[] =>
  publishedEffects.filter(({ interventions }) => interventions.includes(intervention))
