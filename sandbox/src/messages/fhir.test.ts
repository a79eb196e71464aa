import { describe, expect, it } from 'vitest'
import { drawPerson } from '../person.ts'
import { phenotypes } from '../phenotypes.ts'
import { admission, medicationAdministration, observations, patientIdOf, transaction } from './fhir.ts'

const at = Date.UTC(2026, 0, 5, 9)
const person = drawPerson('fhir', 0, phenotypes[0]!, at)
const key = { person, patientId: patientIdOf(person) }
const about = { id: 'obs-1', taken: at, issued: at + 1000, device: 'cuff-1', category: 'vital-signs' } as const

describe('a FHIR Bundle of the ward', () => {
  it('puts every resource under its own id, so that a repeat changes nothing', () => {
    const visit = { visitNumber: 'V1', admitted: at, pointOfCare: 'CARDIO', room: '101', bed: 'A' }
    const device = { id: 'cuff-1', type: 'cuff', model: 'Sandbox Cuff' }
    const bundle = transaction(admission(key, visit, [device], at, 0), at, 0)
    const entries = bundle.entry as { resource: { resourceType: string; id: string }; request: object }[]
    expect(entries.map(({ resource }) => resource.resourceType)).toEqual(['Patient', 'Encounter', 'Device'])
    for (const { resource, request } of entries) {
      expect(request).toEqual({ method: 'PUT', url: `${resource.resourceType}/${resource.id}` })
      expect(resource.id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/)
    }
  })

  it('sends blood pressure as one panel with components, each in mm[Hg]', () => {
    const [panel, ...others] = observations(
      key,
      [
        { measure: 'cuffSystolic', value: 151 },
        { measure: 'cuffDiastolic', value: 92 },
      ],
      about,
      0,
    )
    expect(others).toEqual([])
    expect(panel).toMatchObject({
      code: { coding: [{ code: '85354-9' }] },
      effectiveDateTime: '2026-01-05T09:00:00.000+00:00',
      component: [
        { code: { coding: [{ code: '8480-6' }] }, valueQuantity: { value: 151, code: 'mm[Hg]' } },
        { code: { coding: [{ code: '8462-4' }] }, valueQuantity: { value: 92, code: 'mm[Hg]' } },
      ],
    })
  })

  it('reports a treatment with its period, its dose and the order it came from', () => {
    const report = medicationAdministration(
      key,
      {
        id: 'adm-o1-1',
        orderId: 'o1',
        orderType: 'MedicationRequest',
        code: { system: 'http://www.whocc.no/atc', code: 'C01DA02' },
        dose: { value: 50, unit: 'ug/min' },
        status: 'stopped',
        start: at,
        end: at + 60_000,
        charted: at + 60_000,
      },
      120,
    )
    expect(report).toMatchObject({
      status: 'stopped',
      identifier: [{ system: 'urn:counterpart:order', value: 'o1' }],
      medicationCodeableConcept: { coding: [{ code: 'C01DA02' }] },
      effectivePeriod: { start: '2026-01-05T11:00:00.000+02:00', end: '2026-01-05T11:01:00.000+02:00' },
      request: { reference: 'MedicationRequest/o1' },
      dosage: { dose: { value: 50, code: 'ug/min' }, rateQuantity: { value: 50 } },
    })
  })
})
