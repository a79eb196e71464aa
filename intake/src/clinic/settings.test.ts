import { expect, test } from 'vitest'
import { readDepartments } from '../department/settings.ts'
import { clinicFile } from './clinic.test-data.ts'
import { clinicLayoutOf, readClinics } from './settings.ts'

const changed = (change: (clinic: Record<string, never>) => void): string => {
  const file = JSON.parse(clinicFile)
  change(file.clinics[0])
  return JSON.stringify(file)
}

test('a clinic is read with what it leaves out filled in', () => {
  const [clinic] = readClinics(clinicFile)
  expect(clinic).toMatchObject({ minimumCell: 5, overloadRatio: 1.375, practice: { teamInbox: false, scribes: [] } })
  expect(clinic!.providers[0]!.identifiers).toContainEqual({ value: 'GP-101' })
})

test('departments and clinics may stand in one file, or either alone', () => {
  expect(readDepartments(clinicFile)).toEqual([])
  expect(readClinics('{"departments":[]}')).toEqual([])
})

test('the layout says nothing of how messages name people', () => {
  const text = JSON.stringify(clinicLayoutOf(readClinics(clinicFile)[0]!))
  expect(text).toContain('"panel":1600')
  expect(text).not.toMatch(/adeyemi|GP-101|FOLLOWUP/)
})

test.each([
  ['not JSON', '{', 'clinics'],
  [
    'a zone that does not exist',
    changed((c) => Object.assign(c, { timeZone: 'Europe/Nowhere' })),
    'clinics[0].timeZone',
  ],
  ['cells that tell people apart', changed((c) => Object.assign(c, { minimumCell: 2 })), 'clinics[0].minimumCell'],
  ['a misspelt member', changed((c) => Object.assign(c, { overload: 2 })), 'clinics[0]'],
  [
    'a pod that does not exist',
    changed((c) => Object.assign(c.providers![1]!, { pod: 'Z' })),
    'clinics[0].providers[1].pod',
  ],
  [
    'one login of two people',
    changed((c) => Object.assign(c.providers![1]!, { users: ['ADEYEMI'] })),
    'clinics[0].providers[1].users',
  ],
  [
    'a code with a dot',
    changed((c) => Object.assign(c.providers![0]!, { code: 'p.1' })),
    'clinics[0].providers[0].code',
  ],
  [
    'a scribe for nobody',
    changed((c) => Object.assign(c, { practice: { scribes: ['p9'] } })),
    'clinics[0].practice.scribes[0]',
  ],
])('%s is refused, and said where', (_, text, location) => {
  expect(() => readClinics(text)).toThrow(expect.objectContaining({ location }))
})
