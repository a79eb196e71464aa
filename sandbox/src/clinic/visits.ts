import { randomStream } from '@counterpart/numerics'
import type { Booking } from './booking.ts'
import { drawMessage, messageAfterVisit } from './demand.ts'
import { drawPoisson } from './panel.ts'
import type { WorkingDay } from './working-day.ts'

const kindFactor = {
  acute: { room: 0.88, note: 0.88, order: 0.85 },
  chronic: { room: 1.02, note: 1.04, order: 1.2 },
  preventive: { room: 1.4, note: 1.25, order: 1 },
} as const

/** Sees a patient who has come: from opening the chart to the note, finished or left for later. */
export function see(day: WorkingDay, booking: Booking, seed: string, nextAt: number): void {
  const { who, calibration, practice, practiceTruth, inbox, number, scribeNotes } = day.about
  const { truth } = who
  const { perVisit, roomMinutes } = calibration
  const random = randomStream('sandbox', seed, 'clinic-visit', booking.luck, booking.patient)
  const factor = kindFactor[booking.visit]
  const spread = (s: number) => Math.exp(s * random.normal() - (s * s) / 2)
  const complexity = spread(0.25)
  const { patient, id } = booking

  const screen = 60 * truth.screenPace * complexity * day.about.form
  const chart = perVisit.chart * screen * spread(0.3)
  const order = perVisit.order * screen * truth.orders * factor.order * spread(0.4)
  const other = perVisit.other * screen * spread(0.2)
  const scribe = practice.scribe ? scribeNotes : 1
  const note = 60 * perVisit.note * truth.notePace * complexity * factor.note * spread(0.3) * scribe * day.about.form
  // Who is late hurries; longer slots are used, in part.
  const late = day.t - booking.minute * 60
  const hurry = late > 900 ? 0.9 : 1
  const room =
    60 * (roomMinutes * factor.room + 0.5 * practice.slotExtra) * truth.visitPace * complexity * spread(0.15) * hurry

  day.piece('chart-review', chart * 0.5, patient, id)
  const noteInRoom = note * Math.min(0.95, truth.noteInRoom * (practice.scribe ? 1.15 : 1))
  const atScreen = chart * 0.25 + noteInRoom + order * 0.7 + other * 0.65
  const talk = Math.max(0.25 * room, room - atScreen)
  day.pass(talk * 0.3)
  day.piece('other', other * 0.35, patient, id)
  day.piece('chart-review', chart * 0.25, patient, id)
  day.pass(talk * 0.4)
  if (noteInRoom > 20) day.piece('note', noteInRoom, patient, id)
  day.pass(talk * 0.3)
  if (order > 15) {
    const team = random.uniform() < 0.12 + 0.25 * practice.team
    day.piece('order', order * 0.7, patient, id, { ends: 'sign', ...(team ? { team: true } : {}) })
  } else random.uniform()
  day.piece('other', other * 0.3, patient, id)
  // Out of the room, a word with the nurse.
  day.pass(64 + 30 * random.uniform())
  if (order > 40) day.piece('order', order * 0.3, patient, id, { ends: 'sign' })
  day.piece('other', other * 0.35, patient, id)

  const open = { booking: id, patient, day: number, left: note - noteInRoom, chart: chart * 0.25, touched: false }
  const slack = nextAt - day.t
  const keen = random.uniform() < truth.noteRightAfter * (slack < -600 ? 0.3 : slack < 60 ? 0.7 : 1)
  if (open.left < 15) {
    day.piece('note', 8, patient, id, { ends: 'sign' })
  } else if (keen) {
    day.writeNote(open, day.t + 3600)
  }
  if (open.left > 0) inbox.notes.push(open)

  // What follows: results, questions.
  const results = drawPoisson(random, calibration.perVisitResults * 0.86 * truth.orders * factor.order * complexity)
  for (let i = 0; i < results; i++) {
    const wait = random.uniform()
    const days = wait < 0.08 ? 4 + Math.floor(80 * wait) : 1 + Math.floor(3 * wait)
    inbox.later(drawMessage(random, 'result', number + days, `${id}-r${i}`, () => patient))
  }
  const asks =
    messageAfterVisit(calibration) * truth.patientMessages * (1 + practiceTruth.slotMessages * practice.slotExtra)
  const luck = random.uniform()
  const when = 1 + Math.floor(6 * random.uniform())
  const question = drawMessage(random, 'patient', number + when, `${id}-q`, () => patient)
  if (luck < asks * Math.exp(Math.log1p(calibration.growth) * day.about.years)) inbox.later(question)
}
