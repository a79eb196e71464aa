import { z } from '@hono/zod-openapi'
import { instant, role } from './common.ts'

const calendarDay = z
  .string()
  .openapi({ description: "A day of the clinic's own calendar, YYYY-MM-DD", example: '2026-03-02' })
const pod = z.object({ code: z.string(), label: z.string(), people: z.number().int() })
const span = z.object({
  from: instant,
  until: instant,
  work: z.enum(['clinic', 'inbox', 'administration', 'teaching', 'on-call']),
})
export const rotaWeek = z
  .object({ provider: z.string(), week: calendarDay.describe('The Monday'), spans: z.array(span) })
  .openapi('RotaWeek')
const absence = z.object({ provider: z.string(), from: instant, until: instant })

/** GET /api/clinics/{id}?from=&until= : who works here, and the rota of the weeks that overlap the span (4 weeks from this one). */
export const clinic = z
  .object({
    id: z.string(),
    subject: z.string().openapi({ description: '`clinic/<id>`: what its twins follow' }),
    name: z.string(),
    timeZone: z.string().openapi({ description: 'IANA zone in which days and weeks are told' }),
    minimumCell: z.number().int().openapi({ description: 'No figure is told of fewer people' }),
    overloadRatio: z.number(),
    pods: z.array(pod),
    people: z.array(
      z.object({
        provider: z.string(),
        label: z.string(),
        pod: z.string(),
        profession: z.enum(['physician', 'advanced-practice']),
        clinicalFte: z.number(),
        panel: z.number(),
      }),
    ),
    visitKinds: z.array(z.object({ code: z.string(), label: z.string(), minutes: z.number() })),
    practice: z.object({ teamInbox: z.boolean(), refillProtocol: z.boolean(), scribes: z.array(z.string()) }),
    rota: z.array(rotaWeek),
    absences: z.array(absence),
    /** People who say that a figure of their own is wrong; null: too few to tell. */
    contests: z.object({
      people: z.number().int().nullable(),
      byPod: z.array(z.object({ pod: z.string(), people: z.number().int().nullable() })),
      note: z.string(),
    }),
  })
  .openapi('Clinic')

/** PUT /api/clinics/{id}/rota | absences, POST /api/clinics/{id}/work-events */
export const clinicTaken = z
  .object({
    outcome: z.enum(['accepted', 'duplicate']),
    events: z.number().int().openapi({ description: 'Events that were added' }),
    doubts: z.array(z.string()).openapi({ description: 'What could not be taken in, in words' }),
    log: z
      .object({ lines: z.number(), taken: z.number(), fresh: z.number(), hours: z.number() })
      .optional()
      .openapi({ description: 'Of a log: lines, events of people here, those not known before, hours that changed' }),
  })
  .openapi('ClinicTaken')

/** POST /api/clinics/{id}/rota-proposals */
export const rotaProposalRequest = z
  .object({
    firstWeek: calendarDay.optional().describe('A Monday; the next one when left out'),
    weeks: z.number().int().min(1).max(8).default(4),
    secondsAtMost: z.number().min(1).max(120).default(30),
    /** Rules of the solver as they are to be, by name; others stand as the clinic has them. */
    rules: z.record(z.string(), z.unknown()).optional(),
  })
  .openapi('RotaProposalRequest')

/** GET /api/clinics/{id}/rota-proposals/{proposal} ; DELETE stops it ; GET …/{proposal}/rota.csv once it is done. */
export const rotaProposal = z
  .object({
    id: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'infeasible', 'stopped', 'failed']),
    asked: z.object({ firstWeek: calendarDay, weeks: z.number().int(), secondsAtMost: z.number() }),
    done: z.number().nullable(),
    of: z.number().nullable(),
    elapsed: z.number().openapi({ description: 'Milliseconds' }),
    /** Why it failed or was stopped, in words. */
    message: z.string().nullable(),
    result: z
      .object({
        gap: z.number().nullable().openapi({ description: 'Relative optimality gap, 0 = proven best' }),
        seconds: z.number(),
        rota: z.array(rotaWeek),
        rules: z.array(
          z.object({ name: z.string(), label: z.string(), kept: z.string(), cost: z.number().nullable() }),
        ),
        fairness: z.array(
          z.object({ label: z.string(), value: z.number(), unit: z.string(), note: z.string().nullable() }),
        ),
        /** Rules that cannot all hold, in words, each with what would mend it. */
        clashes: z.array(z.object({ sentence: z.string(), rules: z.array(z.string()), repair: z.string().nullable() })),
      })
      .nullable(),
  })
  .openapi('RotaProposal')

export const consentNames = ['surveys', 'surveys-in-groups', 'wearable', 'wearable-in-groups'] as const
export const consentState = z
  .object({
    what: z.enum(consentNames),
    /** In words, what it lets happen. */
    label: z.string(),
    state: z
      .enum(['never', 'given', 'paused', 'withdrawn'])
      .openapi({ description: '`never`: not asked or not given yet' }),
    since: instant.nullable(),
    until: instant.nullable().openapi({ description: 'Of a pause: when it ends by itself' }),
  })
  .openapi('Consent')

/** PUT /api/me/consents/{what} → Consent. A pause or a withdrawal holds from the next moment on; what was published stands. */
export const consentRequest = z
  .object({ state: z.enum(['given', 'paused', 'withdrawn']), until: instant.optional() })
  .openapi('ConsentRequest')

const surveyItem = z.object({
  name: z.string(),
  label: z.string(),
  low: z.number(),
  high: z.number(),
  step: z.number(),
  /** What each value means, where it has words; by value. */
  answers: z.array(z.object({ value: z.number(), label: z.string() })),
})
export const instrument = z
  .object({
    name: z.enum(['mini-z', 'pfi', 'nasa-tlx']),
    label: z.string(),
    question: z.string(),
    items: z.array(surveyItem),
    source: z.string(),
  })
  .openapi('Instrument')

export const statement = z
  .object({
    id: z.string(),
    kind: z.enum(['contest', 'annotation']),
    about: z.object({
      week: calendarDay.optional().describe('The Monday'),
      measure: z.string().optional(),
    }),
    text: z.string(),
    at: instant,
    withdrawn: instant.nullable(),
  })
  .openapi('Statement')

/** GET /api/me/statements → newest first ; POST /api/me/statements → Statement ; POST /api/me/statements/{id}/withdraw → Statement */
export const statementList = z.object({ statements: z.array(statement) }).openapi('Statements')
export const statementRequest = z
  .object({
    kind: z.enum(['contest', 'annotation']),
    about: z.object({
      week: z.iso.date().optional().describe('Any day of the week; kept as its Monday'),
      measure: z.string().min(1).max(64).optional(),
    }),
    text: z.string().trim().min(3).max(2_000),
  })
  .openapi('StatementRequest')

/**
 * GET /api/me/work : whose account this is, and all that is held of this person. 404 `not-a-provider` for accounts that are
 * bound to none (`session.user.subject` begins with `provider/` for those that are).
 */
export const ownWork = z
  .object({
    subject: z.string(),
    clinic: z.object({
      id: z.string(),
      subject: z.string(),
      name: z.string(),
      timeZone: z.string(),
      minimumCell: z.number().int(),
      overloadRatio: z.number(),
    }),
    provider: z.object({
      code: z.string(),
      label: z.string(),
      pod: z.object({ code: z.string(), label: z.string() }),
      profession: z.enum(['physician', 'advanced-practice']),
      clinicalFte: z.number(),
      panel: z.number(),
      sex: z.enum(['female', 'male']).nullable(),
      yearsQualified: z.number().nullable(),
    }),
    /** Pictures of this person alone: GET /api/me/pictures/{name}. */
    pictures: z.array(
      z.object({ name: z.string(), label: z.string(), kind: z.enum(['load', 'groups']), live: z.boolean() }),
    ),
    consents: z.array(consentState),
    instruments: z.array(instrument),
    /** Every sort of thing that is held of this person, and who may see it. */
    held: z.array(
      z.object({
        what: z.string(),
        label: z.string(),
        count: z.number().int(),
        from: instant.nullable(),
        until: instant.nullable(),
        seenBy: z.string(),
        erasable: z.boolean().openapi({ description: 'Goes with POST /api/me/erase-private' }),
      }),
    ),
    openContests: z.number().int(),
  })
  .openapi('OwnWork')

const survey = z.object({
  id: z.string(),
  instrument: z.enum(['mini-z', 'pfi', 'nasa-tlx']),
  at: instant,
  answers: z.record(z.string(), z.number()),
  scores: z.array(
    z.object({
      measure: z.string(),
      label: z.string(),
      value: z.number(),
      unit: z.string(),
      /** The published cut-off, and whether the score is on its far side. */
      cutOff: z.number().nullable(),
      beyond: z.boolean().nullable(),
    }),
  ),
})
const wearableDay = z.object({
  day: calendarDay,
  /** Minutes asleep. */
  sleep: z.number().nullable(),
  /** RMSSD, ms. */
  heartRateVariability: z.number().nullable(),
  steps: z.number().nullable(),
})

/** GET /api/me/private : what only this person may see. */
export const privateRecord = z
  .object({ surveys: z.array(survey), wearable: z.array(wearableDay) })
  .openapi('PrivateRecord')

/** POST /api/me/surveys → the answers with their scores. 409 `no-consent` without the consent `surveys`. */
export const surveyRequest = z
  .object({
    instrument: z.enum(['mini-z', 'pfi', 'nasa-tlx']),
    answers: z.record(z.string().max(64), z.number()),
  })
  .openapi('SurveyRequest')
export const surveyAnswered = survey.openapi('SurveyAnswered')

/** POST /api/me/wearable : JSON, or CSV with the columns day,sleep,heart-rate-variability,steps. 409 `no-consent`. */
export const wearableRequest = z
  .object({
    days: z
      .array(
        z.strictObject({
          day: z.iso.date(),
          sleep: z.number().min(0).max(1_440).optional(),
          heartRateVariability: z.number().gt(0).max(400).optional(),
          steps: z.number().int().min(0).max(200_000).optional(),
        }),
      )
      .min(1)
      .max(400),
  })
  .openapi('WearableRequest')
export const wearableTaken = z.object({ days: z.number().int() }).openapi('WearableTaken')

/** GET /api/me/looked?limit= : who looked at this person's data or at the clinic's, newest first. */
export const looked = z
  .object({
    entries: z.array(
      z.object({
        at: instant,
        who: z.string(),
        role: role.or(z.literal('')),
        /** `you`: data of this person alone; `clinic`: the clinic, this person in it. */
        about: z.enum(['you', 'clinic']),
        what: z.string().openapi({ description: 'In words' }),
        resource: z.string(),
        outcome: z.enum(['allowed', 'denied']),
        event: z.string(),
      }),
    ),
  })
  .openapi('Looked')

/** POST /api/me/erase-private : surveys, wearable days, statements and consents go for ever; there is no way back. */
export const erasePrivateRequest = z
  .object({ confirm: z.literal('erase'), reason: z.string().max(1_000).optional() })
  .openapi('ErasePrivateRequest')

export type Clinic = z.infer<typeof clinic>
export type ClinicTaken = z.infer<typeof clinicTaken>
export type RotaWeek = z.infer<typeof rotaWeek>
export type RotaProposal = z.infer<typeof rotaProposal>
export type RotaProposalRequest = z.infer<typeof rotaProposalRequest>
export type Consent = z.infer<typeof consentState>
export type ConsentName = (typeof consentNames)[number]
export type Instrument = z.infer<typeof instrument>
export type Statement = z.infer<typeof statement>
export type OwnWork = z.infer<typeof ownWork>
export type PrivateRecord = z.infer<typeof privateRecord>
export type SurveyRecord = z.infer<typeof surveyAnswered>
export type Looked = z.infer<typeof looked>
