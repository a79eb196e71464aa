import type { Instant } from '@counterpart/kernel'
import type { OutgoingResource } from './write.ts'

const searchParameters: Readonly<Record<string, readonly { name: string; type: string }[]>> = {
  Observation: [
    { name: 'patient', type: 'reference' },
    { name: 'code', type: 'token' },
    { name: 'date', type: 'date' },
  ],
  Encounter: [{ name: 'patient', type: 'reference' }],
}

/** What the endpoint, which takes these `types`, can do (https://hl7.org/fhir/R4/capabilitystatement.html). */
export function capabilityStatement(base: string, now: Instant, types: readonly string[]): OutgoingResource {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: new Date(now).toISOString(),
    kind: 'instance',
    software: { name: 'Counterpart' },
    implementation: { description: 'Counterpart intake', url: base },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        interaction: [{ code: 'transaction' }, { code: 'batch' }],
        resource: types.map((type) => ({
          type,
          interaction: [
            { code: 'create' },
            { code: 'update' },
            // Observations and encounters are found through their patient: Observation?patient=…
            ...(type === 'Patient' ? [{ code: 'read' }] : []),
            ...(searchParameters[type] ? [{ code: 'search-type' }] : []),
          ],
          ...(searchParameters[type] && { searchParam: searchParameters[type] }),
        })),
      },
    ],
  }
}
