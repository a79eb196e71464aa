import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsOf, type Ward } from '../test-support.ts'
import { clinicId, openClinic, peer } from './clinic.test-data.ts'

// Valid messages with something cut out, doubled or overwritten: whatever comes, an answer comes, and what is refused changes nothing.

let ward: Ward
beforeAll(async () => {
  ward = await openClinic({ consentOf: () => true })
})
afterAll(() => ward.close())

const log = [
  'time,user,action,patient,object,detail',
  '2026-03-10T08:00:00Z,adeyemi,chart.view,n1,,',
  '2026-03-10 09:59:59.5,"brandt",inbox.done,n1,m1,refill',
].join('\n')
const rota = [
  'provider,from,until,work',
  'p001,2026-03-23T08:00,2026-03-23T12:00,clinic',
  'p002,2026-03-23,2026-03-24,leave',
].join('\n')
const calendar = [
  'BEGIN:VCALENDAR',
  'BEGIN:VEVENT',
  'UID:s',
  'DTSTART;TZID=Europe/London:20260323T080000',
  'DTEND;TZID=Europe/London:20260323T120000',
  'RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=9;BYDAY=MO,WE',
  'EXDATE;TZID=Europe/London:20260325T080000',
  'SUMMARY:Clinic',
  'END:VEVENT',
  'END:VCALENDAR',
].join('\r\n')
const audit = JSON.stringify({
  resourceType: 'AuditEvent',
  type: { code: 'rest' },
  action: 'R',
  recorded: '2026-03-10T08:00:00Z',
  agent: [{ altId: 'adeyemi', requestor: true }],
  entity: [{ what: { reference: 'Patient/4711' } }],
})
const survey = JSON.stringify({
  resourceType: 'QuestionnaireResponse',
  questionnaire: 'urn:counterpart:survey/mini-z',
  status: 'completed',
  authored: '2026-03-10T18:00:00Z',
  source: { identifier: { system: 'urn:counterpart:subject', value: 'provider/north-family.p001' } },
  item: [{ linkId: 'burnout', answer: [{ valueInteger: 2 }] }],
})
const appointment = JSON.stringify({
  resourceType: 'Appointment',
  id: 'a',
  meta: { lastUpdated: '2026-03-10T08:00:00Z' },
  status: 'booked',
  start: '2026-03-12T08:00:00Z',
  minutesDuration: 20,
  participant: [{ actor: { reference: 'Practitioner/102' }, status: 'accepted' }],
})
const doors: Readonly<Record<string, readonly [string, (text: string) => Promise<{ readonly outcome: string }>]>> = {
  'a log': [log, (text) => ward.intake.receiveWorkEvents(clinicId, text, 'text/csv', peer)],
  'a log in FHIR': [audit, (text) => ward.intake.receiveWorkEvents(clinicId, text, 'application/fhir+json', peer)],
  'lines of FHIR': [
    `${audit}\n${audit}`,
    (text) => ward.intake.receiveWorkEvents(clinicId, text, 'application/fhir+ndjson', peer),
  ],
  'a file': [
    log,
    (text) =>
      ward.intake.receiveWorkFile(
        clinicId,
        {
          name: 'x',
          async *open() {
            for (const character of text) yield Buffer.from(character)
          },
        },
        'text/csv',
        peer,
      ),
  ],
  'an outage': [
    '{"from":"2026-03-10T08:00:00Z","until":"2026-03-10T09:00:00Z"}',
    (text) => ward.intake.receiveOutage(clinicId, text, peer),
  ],
  'a rota': [rota, (text) => ward.intake.receiveRota(clinicId, text, 'text/csv', peer)],
  'a calendar': [
    calendar,
    (text) => ward.intake.receiveRota(clinicId, text, 'text/calendar', peer, { provider: 'p002' }),
  ],
  'a survey': [survey, (text) => ward.intake.receiveFhir(text, peer)],
  'an appointment': [appointment, (text) => ward.intake.receiveFhir(text, peer)],
}

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 12 }),
  how: fc.constantFrom('cut', 'double', 'overwrite'),
  by: fc.oneof(
    fc.constantFrom('"', ',', '\n', '\u0000', '\ud800', '9'.repeat(40), '-1', ';', ':', 'e308', '../', '\u2028'),
    fc.string(),
  ),
})

for (const [name, [valid, send]] of Object.entries(doors))
  test(`${name}: any change of it is answered, and refused without a trace or taken in`, { timeout: 20_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
        let text = valid
        for (const { at, length, how, by } of mutations) {
          const from = Math.floor(at * text.length)
          const taken = text.slice(from, from + length)
          text =
            text.slice(0, from) +
            (how === 'cut' ? '' : how === 'double' ? taken + taken : by) +
            text.slice(from + length)
        }
        const before = (await eventsOf(ward.thread)).filter(({ type }) => !type.startsWith('quarantine.')).length
        const receipt = await send(text)
        if (receipt.outcome !== 'refused') return
        expect((receipt as { code?: string }).code).not.toBe('store-failed')
        const after = (await eventsOf(ward.thread)).filter(({ type }) => !type.startsWith('quarantine.')).length
        expect(after).toBe(before)
      }),
      { numRuns: 25 },
    ),
  )
