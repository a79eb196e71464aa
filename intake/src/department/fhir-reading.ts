import type { Instant } from '@counterpart/kernel'
import { encounterIdOf, identifiersOf, instantOfFhir, type Reading } from '../fhir/read.ts'
import type { FhirEncounter } from '../fhir/schema.ts'
import { nameOf } from '../hash.ts'
import type { Whereabouts } from './locations.ts'

/** A FHIR Reference, as far as it is read. */
export interface FhirReference {
  readonly reference?: string
  readonly identifier?: { readonly system?: string; readonly value?: string }
}

/** How many steps from a bed up to its building are followed. */
const mostPartsOf = 5

/** The id in `Location/17` or `https://hospital.example/fhir/Location/17/_history/2`. */
export function idIn(reference: string | undefined, type: string): string | undefined {
  return new RegExp(`(?:^|/)${type}/([A-Za-z0-9\\-.]{1,64})(?:/_history/.*)?$`).exec(reference ?? '')?.[1]
}

/** Where a reference to a Location points, as seen from the departments. */
export function whereOf(reference: FhirReference | undefined, reading: Reading): Whereabouts {
  const names: string[] = []
  let next = reference
  for (let i = 0; next && i < mostPartsOf; i++) {
    const id = idIn(next.reference, 'Location')
    for (const name of [next.identifier?.value, id]) if (name !== undefined) names.push(name)
    const resource = next.reference === undefined ? undefined : reading.things(next.reference)
    const { identifier, partOf } = (resource ?? {}) as { identifier?: unknown; partOf?: FhirReference }
    if (Array.isArray(identifier)) for (const { value } of identifier) if (typeof value === 'string') names.push(value)
    next = typeof partOf === 'object' && partOf !== null ? partOf : undefined
  }
  return reading.settings.departments?.findFhir(names) ?? { kind: 'unsaid' }
}

/** The encounter that a reference means: by identifier, in the same Bundle, or by the sender's own id. */
export function referredEncounter(reference: FhirReference | undefined, reading: Reading): string | undefined {
  const { system, value } = reference?.identifier ?? {}
  if (system !== undefined && value !== undefined) return nameOf('encounter', system, value)
  const inBundle = reference?.reference === undefined ? undefined : reading.things(reference.reference)
  if (inBundle) return encounterIdOf(inBundle as FhirEncounter, reading.settings)
  const id = idIn(reference?.reference, 'Encounter')
  return id === undefined ? undefined : nameOf('fhir', reading.settings.system, 'Encounter', id)
}

/** The number of an order: its identifier, else the sender's own id. */
export function orderNumber(
  order: { readonly id?: string; readonly identifier?: Parameters<typeof identifiersOf>[0] },
  { settings }: Reading,
): string | undefined {
  const [number] = identifiersOf(order.identifier)
  if (number) return nameOf('order', number.system, number.value)
  return order.id === undefined ? undefined : nameOf('order', settings.system, order.id)
}

/** The number of the order that a reference means. */
export function referredOrder(reference: FhirReference | undefined, reading: Reading): string | undefined {
  const { system, value } = reference?.identifier ?? {}
  if (system !== undefined && value !== undefined) return nameOf('order', system, value)
  const inBundle = reference?.reference === undefined ? undefined : reading.things(reference.reference)
  if (inBundle) return orderNumber(inBundle, reading)
  const id = idIn(reference?.reference, 'ServiceRequest')
  return id === undefined ? undefined : nameOf('order', reading.settings.system, id)
}

/** When the source said so: its own statement, else the Bundle's. */
export function updatedAt(
  { meta, lastModified }: { readonly meta?: { readonly lastUpdated?: string }; readonly lastModified?: string },
  { settings, sentAt }: Reading,
): Instant | undefined {
  const stated = meta?.lastUpdated ?? lastModified
  return stated === undefined ? sentAt : instantOfFhir(stated, settings.zone)
}

/** Words for something, only where there is a code for it: free text may say who it is about. */
export function codedWords(
  concept: { readonly coding?: readonly { readonly code?: string; readonly display?: string }[] } | undefined,
): string | undefined {
  const coded = concept?.coding?.find(({ code }) => code !== undefined)
  return coded?.display ?? coded?.code
}
