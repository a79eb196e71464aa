import { type MessageKind, messageKinds } from '../vocabulary.ts'

/** Everything that is measured, in the order in which it is shown. */
export const measureNames = [
  'ehr-time-8',
  'wow-8',
  'note-time-8',
  'inbox-time-8',
  'script-time-8',
  'tword',
  'undiv',
  'psh-40',
  'after-hours',
  'outside-scheduled-days-8',
  'unscheduled-days-8',
  'work-hours',
  'task-switching',
  'action-entropy',
  'received',
  ...messageKinds.map((kind) => `received-${kind}` as const),
  'done',
  ...messageKinds.map((kind) => `done-${kind}` as const),
] as const
export type MeasureName = (typeof measureNames)[number]

export interface MeasureDefinition {
  readonly label: string
  /** UCUM. */
  readonly unit: string
  readonly numerator: string
  readonly denominator: string
  readonly source: string
}

const sinsky = 'Sinsky et al. 2020, J Am Med Inform Assoc 27:639; Melnick et al. 2021, 28:1383'
const scheduled = '8 h scheduled with patients'

const per8 = (label: string, numerator: string, source = sinsky): MeasureDefinition => ({
  label,
  unit: 'h',
  numerator,
  denominator: scheduled,
  source,
})
const volume = (label: string, numerator: string): MeasureDefinition => ({
  label,
  unit: '/wk',
  numerator,
  denominator: 'weeks',
  source: 'Tai-Seale et al. 2019, Health Aff 38:1073',
})

/** What each measure is, with its source. */
export const measureDefinitions: Readonly<Record<MeasureName, MeasureDefinition>> = {
  'ehr-time-8': per8('EHR-Time8', 'hours at the screen, at any time'),
  'wow-8': per8('WOW8', 'hours at the screen while no patients are scheduled (work outside of work)'),
  'note-time-8': per8('Note-Time8', 'hours of note'),
  'inbox-time-8': per8('IB-Time8', 'hours of inbox'),
  'script-time-8': per8('Script-Time8', 'hours of prescription'),
  tword: {
    label: 'TWORD',
    unit: '%',
    numerator: 'orders signed that somebody else had prepared',
    denominator: 'orders signed',
    source: sinsky,
  },
  undiv: {
    label: 'UNDIV',
    unit: '%',
    numerator: 'time scheduled with patients that is not spent at the screen',
    denominator: 'time scheduled with patients',
    source: sinsky,
  },
  'psh-40': {
    label: 'PSH40',
    unit: 'h',
    numerator: '40 × hours scheduled with patients',
    denominator: 'hours scheduled with patients and hours at the screen outside of these: 320 / (8 + WOW8)',
    source: 'Sinsky et al. 2024, J Am Med Inform Assoc, ocae266',
  },
  'after-hours': {
    label: 'After hours',
    unit: 'h/wk',
    numerator: 'hours at the screen outside everything that is scheduled',
    denominator: 'weeks',
    source: 'Arndt et al. 2017, Ann Fam Med 15:419, by the schedule instead of the clock',
  },
  'outside-scheduled-days-8': per8(
    'Outside hours on scheduled days',
    'hours at the screen outside everything scheduled, on days with something scheduled',
    'Arndt et al. 2024, Ann Fam Med 22:12',
  ),
  'unscheduled-days-8': per8(
    'On unscheduled days',
    'hours at the screen on days with nothing scheduled, leave among them',
    'Arndt et al. 2024, Ann Fam Med 22:12',
  ),
  'work-hours': {
    label: 'Work',
    unit: 'h/wk',
    numerator: 'hours scheduled and hours at the screen outside of these',
    denominator: 'weeks',
    source: 'the load of the provider-workload twin',
  },
  'task-switching': {
    label: 'Task switching',
    unit: '/h',
    numerator: 'times one activity followed another within a bout',
    denominator: 'hours at the screen',
    source: 'after Lou et al. 2023, J Biomed Inform 141:104349',
  },
  'action-entropy': {
    label: 'Action entropy',
    unit: 'bit',
    numerator:
      'how unsure the next action is once the one before is known: conditional entropy of the pairs within bouts',
    denominator: 'actions',
    source: 'first-order form of Kim et al. 2024, J Am Med Inform Assoc 31:2228, who use a language model',
  },
  received: volume('Messages received', 'messages that came'),
  ...byKind('received', (kind) => volume(`Received: ${kind}`, `messages of kind ${kind} that came`)),
  done: volume('Messages dealt with', 'messages dealt with'),
  ...byKind('done', (kind) => volume(`Dealt with: ${kind}`, `messages of kind ${kind} dealt with`)),
}

function byKind<Prefix extends 'received' | 'done'>(prefix: Prefix, make: (kind: MessageKind) => MeasureDefinition) {
  return Object.fromEntries(messageKinds.map((kind) => [`${prefix}-${kind}`, make(kind)])) as Record<
    `${Prefix}-${MessageKind}`,
    MeasureDefinition
  >
}
