import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cardiovascular } from '@counterpart/cardiovascular'
import { emergencyDepartment } from '@counterpart/emergency-department'
import { Intake, readDepartments } from '@counterpart/intake'
import {
  catalogueOf,
  type ExamDetail,
  hour,
  type Observation,
  type SubjectId,
  type Treatment,
  type VisitDetail,
} from '@counterpart/kernel'
import {
  Chronicle,
  departmentEntry,
  ImagingRecords,
  imagingEntry,
  imagingObservationsOf,
  observationsOf,
  Registration,
  simulateEmergency,
  simulateHospital,
  simulateImaging,
} from '@counterpart/sandbox'
import { openThread } from '@counterpart/thread'
import { afterAll, describe, expect, test } from 'vitest'

const department: SubjectId = 'department/north-ed'
const from = Date.UTC(2026, 0, 5, 8)
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

/** A few hours of the hospital as they come in by the wires; `faults` as in `Registration`. */
async function received(faults: number, hours: number) {
  const emergency = simulateEmergency({ seed: 'wires', from, unseenDays: 1 })
  const registration = new Registration({ seed: 'wires', department, utcOffsetMinutes: 0, faults })
  const events = emergency.advance(from + hour)
  emergency.act({ id: 'order-1', name: 'stream-to-minors', dose: 1, until: from + 2 * hour })
  events.push(...emergency.advance(from + hours * hour))
  const messages = registration.write(events).sort((a, b) => a.due - b.due)
  const directory = mkdtempSync(join(tmpdir(), 'department-wires-'))
  folders.push(directory)
  let now = from
  const clock = () => now
  const thread = await openThread({ directory, clock })
  const entry = departmentEntry(department, { name: emergency.layout.name, utcOffsetMinutes: 0 })
  const intake = await Intake.open({
    thread,
    clock,
    catalogue: catalogueOf([cardiovascular, emergencyDepartment]),
    departments: readDepartments(JSON.stringify({ departments: [entry] })),
  })
  await intake.recordLayouts()
  const refused: string[] = []
  for (const message of messages) {
    now = Math.max(now, message.due)
    const receipt =
      message.wire === 'hl7v2'
        ? await intake.receiveHl7(message.text, { system: 'sandbox' })
        : message.wire === 'fhir'
          ? await intake.receiveFhir(message.bundle, { system: 'sandbox' })
          : await intake.receiveRoster('north-ed', rosterText(message.roster), 'application/json', {
              system: 'sandbox',
            })
    if (receipt.outcome === 'refused') refused.push(`${receipt.code}: ${receipt.message}`)
  }
  const observations: Observation[] = []
  const treatments: Treatment[] = []
  for await (const { type, payload } of thread.read(department)) {
    const told = payload as unknown as { observation?: Observation; treatment?: Treatment } | null
    if (told?.observation && type.startsWith('observation.')) observations.push(told.observation)
    if (told?.treatment) treatments.push(told.treatment)
  }
  intake.close()
  await thread.close()
  return { events, observations, treatments, refused, end: from + hours * hour }
}

function rosterText(roster: {
  from: number
  until: number
  spans: readonly { from: number; until: number }[]
}): string {
  const iso = (at: number) => new Date(at).toISOString()
  const spans = roster.spans.map((span) => ({ ...span, from: iso(span.from), until: iso(span.until) }))
  return JSON.stringify({ from: iso(roster.from), until: iso(roster.until), spans })
}

/** What is said of visits, without under which names; placed and triaged as often as they changed. */
function said(observations: readonly Observation[]): string[] {
  return observations
    .filter(({ channel }) => channel === 'visit')
    .map(({ effective, detail }) => {
      const {
        visit: _,
        patient: __,
        ...happening
      } = detail as unknown as VisitDetail & { order?: string; complaint?: string }
      const { order: ___, ...rest } = happening
      // No code says which scale of saturation holds.
      const { saturationScale: ____, ...signs } = rest.what === 'observed' ? rest.signs : {}
      const told = rest.what === 'observed' ? { what: rest.what, ...signs } : rest
      return `${effective} ${JSON.stringify(Object.fromEntries(Object.entries(told).sort()))}`
    })
    .sort()
}

/** What adds nothing to what is known: messages say again where somebody is, whether they were seen, what was ordered. */
function withoutRepeats(observations: readonly Observation[]): Observation[] {
  const known = new Map<string, string>()
  return [...observations]
    .sort((a, b) => a.effective - b.effective || a.version - b.version)
    .filter(({ channel, detail }) => {
      if (channel !== 'visit') return true
      const { visit, patient: _, ...happening } = detail as unknown as VisitDetail
      const { what } = happening
      const once = what === 'arrived' || what === 'seen' || what === 'test-ordered'
      if (!once && what !== 'placed' && what !== 'triaged') return true
      const key = `${visit} ${what} ${what === 'test-ordered' ? happening.order : ''}`
      const content = once ? '' : JSON.stringify(happening)
      if (known.get(key) === content) return false
      known.set(key, content)
      return true
    })
}

describe('a simulated department by its wires', () => {
  test('without faults says what it says without them: nothing is lost on the way, nothing added', async () => {
    const { events, observations, treatments, refused } = await received(0, 3)
    expect(refused).toEqual([])
    expect(said(withoutRepeats(observations))).toEqual(
      said(withoutRepeats(observationsOf(events, department, { vitalSigns: true }))),
    )
    expect(observations.some(({ channel }) => channel === 'roster')).toBe(true)
    expect(treatments.at(-1)).toMatchObject({ intervention: 'stream-to-minors', dose: 1 })
    expect(treatments.at(-1)!.until).toBeDefined()
  })

  test('with faults is still known nearly right, and what was refused is said', async () => {
    const { events, observations, end, refused } = await received(1, 3)
    const chronicle = new Chronicle()
    chronicle.take(events)
    const here = new Set<string>()
    for (const { detail } of withoutRepeats(observations.filter(({ channel }) => channel === 'visit'))) {
      const { visit, what } = detail as unknown as VisitDetail
      if (what === 'arrived' || what === 'returned') here.add(visit)
      if (what === 'left' || what === 'cancelled' || what === 'merged') here.delete(visit)
    }
    expect(Math.abs(here.size - chronicle.census(end).present)).toBeLessThan(6)
    // Patients of a merge stay two until a person has looked: that part is refused by design.
    expect(refused.filter((each) => !/merge|A40/i.test(each))).toEqual([])
  })
})

describe('simulated imaging by its wires', () => {
  test('says what it says without them', async () => {
    const imaging = simulateImaging({ seed: 'wires', from })
    const events = imaging.advance(from + 3 * hour)
    const directory = mkdtempSync(join(tmpdir(), 'imaging-wires-'))
    folders.push(directory)
    let now = from
    const clock = () => now
    const thread = await openThread({ directory, clock })
    const entry = imagingEntry('department/north-imaging', { name: imaging.layout.name, utcOffsetMinutes: 0 })
    const intake = await Intake.open({
      thread,
      clock,
      catalogue: catalogueOf([cardiovascular]),
      departments: readDepartments(JSON.stringify({ departments: [entry] })),
    })
    const refused: string[] = []
    for (const message of new ImagingRecords('wires', imaging.layout).write(events)) {
      now = Math.max(now, message.due)
      if (message.wire === 'roster') continue
      const receipt =
        message.wire === 'hl7v2'
          ? await intake.receiveHl7(message.text, { system: 'sandbox' })
          : await intake.receiveFhir(message.bundle, { system: 'sandbox' })
      if (receipt.outcome === 'refused') refused.push(`${receipt.code}: ${receipt.message}`)
    }
    const heard: string[] = []
    for await (const { payload } of thread.read('department/north-imaging')) {
      const { observation } = payload as unknown as { observation?: Observation }
      if (observation?.channel === 'exam') heard.push(happeningOf(observation))
    }
    intake.close()
    await thread.close()
    const said = imagingObservationsOf(events, 'department/north-imaging').filter(({ channel }) => channel === 'exam')
    expect(refused).toEqual([])
    // Told again by later messages: when an exam started.
    expect([...new Set(heard)].sort()).toEqual([...new Set(said.map(happeningOf))].sort())
  })
})

describe('two departments of one hospital by their wires', () => {
  test('whoever is sent from one to the other is one person with one visit and one order', async () => {
    const hospital = simulateHospital({ seed: 'wires', from, unseenDays: 0 })
    const hours = 3
    const visits = hospital.emergency.advance(from + hours * hour)
    const exams = hospital.imaging.advance(from + hours * hour)
    const options = { seed: 'wires', department, utcOffsetMinutes: 0, faults: 0, scansToldByImaging: true }
    const messages = [
      ...new Registration(options).write(visits),
      ...new ImagingRecords('wires', hospital.imaging.layout).write(exams),
    ].sort((a, b) => a.due - b.due)
    const directory = mkdtempSync(join(tmpdir(), 'hospital-wires-'))
    folders.push(directory)
    let now = from
    const clock = () => now
    const thread = await openThread({ directory, clock })
    const about = { name: 'North', utcOffsetMinutes: 0 }
    const departments = [departmentEntry(department, about), imagingEntry('department/north-imaging', about, true)]
    const intake = await Intake.open({
      thread,
      clock,
      catalogue: catalogueOf([cardiovascular, emergencyDepartment]),
      departments: readDepartments(JSON.stringify({ departments })),
    })
    const refused: string[] = []
    for (const message of messages) {
      now = Math.max(now, message.due)
      if (message.wire === 'roster') continue
      const receipt =
        message.wire === 'hl7v2'
          ? await intake.receiveHl7(message.text, { system: 'sandbox' })
          : await intake.receiveFhir(message.bundle, { system: 'sandbox' })
      if (receipt.outcome === 'refused') refused.push(`${receipt.code}: ${receipt.message}`)
    }
    const heard = { visits: [] as VisitDetail[], exams: [] as ExamDetail[] }
    for (const [stream, list] of [
      [department, heard.visits],
      ['department/north-imaging', heard.exams],
    ] as const)
      for await (const { payload } of thread.read(stream)) {
        const { observation } = payload as unknown as { observation?: Observation }
        if (observation?.channel === 'visit' || observation?.channel === 'exam')
          (list as unknown[]).push(observation.detail)
      }
    intake.close()
    await thread.close()
    expect(refused).toEqual([])

    const ordered = heard.exams.flatMap((exam) =>
      exam.what === 'ordered' && exam.origin === 'emergency' ? [exam] : [],
    )
    const tests = heard.visits.flatMap((visit) =>
      visit.what === 'test-ordered' && visit.test !== 'laboratory' ? [visit] : [],
    )
    const happened = (what: 'test-ordered' | 'test-done') =>
      new Set(
        visits.flatMap((event) =>
          event.kind === 'visit' && event.happening.what === what && !event.happening.order.endsWith('L')
            ? [event.happening.order]
            : [],
        ),
      ).size
    expect(ordered.length).toBeGreaterThan(5)
    expect(tests.length).toBe(happened('test-ordered'))
    // The same people: those of the imaging department's emergencies are those who have tests here.
    expect(new Set(ordered.map(({ patient }) => patient))).toEqual(new Set(tests.map(({ patient }) => patient)))
    // Each visit of a test is one that arrived by ADT.
    const arrived = new Set(heard.visits.flatMap(({ what, visit }) => (what === 'arrived' ? [visit] : [])))
    for (const { visit } of tests) expect(arrived.has(visit)).toBe(true)
    const orders = new Set(tests.map(({ order }) => order))
    const done = heard.visits.flatMap((visit) => (visit.what === 'test-done' && orders.has(visit.order) ? [visit] : []))
    // Who has left is told of by the report only.
    expect(done.length).toBeGreaterThanOrEqual(happened('test-done'))
    expect(done.length).toBeGreaterThan(2)
  })
})

function happeningOf({ effective, detail }: Observation): string {
  const { exam: _, patient: __, ...happening } = detail as Record<string, unknown>
  return `${effective} ${JSON.stringify(Object.fromEntries(Object.entries(happening).sort()))}`
}
