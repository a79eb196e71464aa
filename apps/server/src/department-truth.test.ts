import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emergencyDepartment } from '@counterpart/emergency-department'
import { Intake, readDepartments } from '@counterpart/intake'
import { catalogueOf, hour, type Instant, minute, type SubjectId, type Treatment } from '@counterpart/kernel'
import {
  Chronicle,
  departmentEntry,
  type Emergency,
  type HospitalMessage,
  Registration,
  simulateEmergency,
} from '@counterpart/sandbox'
import { openThread } from '@counterpart/thread'
import { expect, test } from 'vitest'
import { replayBelief } from './twins/rebuild.ts'

// A simulated hospital knows what is so. Its messages, through intake and the thread into the twin, say it again.

const department: SubjectId = 'department/north-ed'
const from = Date.UTC(2026, 10, 20, 16)
const seed = 'what is so'

/** Hours of the hospital, message by message; what the twin then counts, and what is so. */
async function afterHours(hours: number, faults: number, action?: Parameters<Emergency['act']>[0]) {
  let now: Instant = from
  const clock = () => now
  const directory = mkdtempSync(join(tmpdir(), 'truth-'))
  const thread = await openThread({ directory, clock })
  const about = { name: 'North', utcOffsetMinutes: 0 }
  const entry = { ...departmentEntry(department, about), since: new Date(from - hour).toISOString() }
  const departments = readDepartments(JSON.stringify({ departments: [entry] }))
  const intake = await Intake.open({ thread, clock, catalogue: catalogueOf([emergencyDepartment]), departments })
  await intake.recordLayouts()
  const receive = ({ wire, ...message }: HospitalMessage) => {
    const peer = { system: 'hospital' }
    if ('text' in message) return intake.receiveHl7(message.text, peer)
    if ('bundle' in message) return intake.receiveFhir(message.bundle, peer)
    return intake.receiveRoster('north-ed', JSON.stringify(message.roster), 'application/json', peer)
  }
  const hospital = simulateEmergency({ seed, from, visitsPerDay: 120, unseenDays: 2, ...about })
  const registration = new Registration({ seed, department, utcOffsetMinutes: 0, faults })
  const chronicle = new Chronicle()
  if (action) hospital.act(action)
  const refused: string[] = []
  let waiting: HospitalMessage[] = []
  while (now < from + hours * hour) {
    now += 5 * minute
    const events = hospital.advance(now)
    chronicle.take(events)
    waiting.push(...registration.write(events))
    const due = waiting.filter((message) => message.due <= now).sort((a, b) => a.due - b.due)
    waiting = waiting.filter((message) => message.due > now)
    for (const message of due) {
      const receipt = await receive(message)
      if (receipt.outcome === 'refused') refused.push(`${receipt.message} at ${receipt.location}`)
    }
  }
  const subject = { id: department, kind: 'department' } as const
  const belief = (await replayBelief(thread, emergencyDepartment, subject))!
  const census = chronicle.census(now)
  const treatments: Treatment[] = []
  for await (const { payload } of thread.read(department, { types: ['treatment.reported'] }))
    treatments.push(payload!.treatment as unknown as Treatment)
  intake.close()
  await thread.close()
  rmSync(directory, { recursive: true, force: true })
  return { counted: emergencyDepartment.counted!({ ...belief, asOf: now }), census, refused, treatments }
}

test('the twin counts what is so, to the person', { timeout: 60_000 }, async () => {
  const { counted, census, refused } = await afterHours(4, 0)
  expect(refused).toEqual([])
  expect(census.present).toBeGreaterThan(5)
  const { present, waiting, boarding, breaches, leftUnseen } = census
  expect(counted).toMatchObject({ present, waiting, boarding, breaches, 'left-unseen': leftUnseen })
})

test('with the mistakes of life it is nowhere far off', { timeout: 60_000 }, async () => {
  const { counted, census, refused } = await afterHours(4, 1)
  expect(refused).toEqual([])
  expect(Math.abs(counted.present! - census.present)).toBeLessThanOrEqual(2)
})

test('what the hospital was asked to do, it reports to have done', { timeout: 60_000 }, async () => {
  const { refused, treatments } = await afterHours(1, 0, { id: 'asked', name: 'stream-to-minors', dose: 1 })
  expect(refused).toEqual([])
  expect(treatments).toMatchObject([{ intervention: 'stream-to-minors', dose: 1 }])
  expect(treatments[0]!.from).toBeGreaterThan(from)
})
