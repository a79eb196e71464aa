import {
  type Catalogue,
  errorStandardDeviation,
  type Intervention,
  type Picture,
  type TwinDefinition,
} from '@counterpart/kernel'
import type { PictureData, Reading, SubjectSummary, TwinKind } from '../contract/index.ts'
import type { LatestObservation, SubjectState } from '../subjects.ts'
import { picturesOf } from '../twins/compute.ts'
import { isNewest, recommendationStatus, type TwinState } from '../twins/twin-state.ts'
import { isOfOneProvider } from '../work/redact.ts'

/** A definition as screens need it: without its functions. */
export function describeDefinition(definition: TwinDefinition): TwinKind {
  return {
    kind: definition.kind,
    version: definition.version,
    label: definition.label,
    subjectKind: definition.subjectKind,
    intendedUse: definition.intendedUse,
    channels: definition.channels.map((channel) => ({
      name: channel.name,
      label: channel.label,
      unit: channel.unit,
      codes: channel.codes.map((coding) => ({ ...coding })),
      plausible: [...channel.plausible],
      staleAfter: channel.staleAfter,
      digits: digitsOf(channel.digits, errorStandardDeviation(channel.error, channel.plausible[0])),
      errorSource: channel.error.source,
    })),
    variables: definition.variables.map((variable) => ({ ...variable })),
    quantities: definition.quantities.map((quantity) => ({
      name: quantity.name,
      label: quantity.label,
      unit: quantity.unit,
      plausible: [...quantity.plausible],
      reference: quantity.reference ? [...quantity.reference] : null,
      channel: quantity.channel ?? null,
      digits: quantity.digits,
      headline: quantity.headline ?? false,
    })),
    interventions: definition.interventions.map(describeIntervention),
    objectives: definition.objectives.map((objective) => ({ ...objective })),
    modelCard: definition.modelCard,
    forecastSteps: [...definition.cadence.forecastSteps],
    pictures: picturesOf(definition).map((each) => ({ ...each })),
  }
}

function describeIntervention(intervention: Intervention): TwinKind['interventions'][number] {
  const { name, label, unit, dose, reversibility, riskClass, cost, undo, evidence } = intervention
  return {
    name,
    label,
    unit,
    dose,
    reversibility,
    mayApprove: [...intervention.mayApprove],
    riskClass,
    cost,
    undo,
    evidence,
  }
}

/** A picture as the contract has it: data of its own, that nobody else holds. */
export function copyPicture(made: Picture): PictureData {
  return structuredClone(made) as PictureData
}

/** An observation as a sentence's worth of facts. */
export function describeReading({ observation, recorded, event }: LatestObservation, catalogue: Catalogue): Reading {
  const channel = catalogue.channel(observation.channel)
  return {
    channel: observation.channel,
    label: channel?.label ?? observation.code.display ?? observation.channel,
    value: observation.value,
    // Of a clinic the words of most facts are about one person.
    text: isOfOneProvider(observation) ? null : (observation.text ?? null),
    unit: observation.unit,
    digits: channel ? digitsOf(channel.digits, channel.error.standardDeviation) : digitsOf(undefined, 0),
    effective: observation.effective,
    recorded,
    staleAfter: channel?.staleAfter ?? null,
    quality: { score: observation.quality.score, flags: [...observation.quality.flags] },
    protocol: observation.source.protocol,
    device: observation.source.device ?? null,
    event,
  }
}

/** What a list says of a subject. `show`: what the viewer may see of them. */
export function describeSubject(
  subject: SubjectState,
  twins: readonly { readonly definition: TwinDefinition; readonly state: TwinState }[],
  show: { readonly identity: boolean; readonly content: boolean },
  now: number,
): SubjectSummary {
  return {
    id: subject.id,
    kind: subject.id.slice(0, subject.id.indexOf('/')),
    name: show.identity ? subject.name : null,
    identifier: show.identity ? recordNumberOf(subject) : null,
    birthDate: show.identity ? subject.birthDate : null,
    sex: show.content || show.identity ? subject.sex : null,
    location: subject.encounter?.location ?? null,
    encounterStatus: subject.encounter?.status ?? null,
    twins: twins.map(({ definition, state }) => ({
      id: state.id,
      kind: definition.kind,
      asOf: state.belief?.asOf ?? null,
      headlines: !show.content
        ? []
        : definition.quantities
            .filter((quantity) => quantity.headline && state.belief?.quantities[quantity.name])
            .map((quantity) => ({
              quantity: quantity.name,
              label: quantity.label,
              unit: quantity.unit,
              digits: quantity.digits,
              summary: state.belief!.quantities[quantity.name]!,
              reference: quantity.reference ? [...quantity.reference] : null,
            })),
      openRecommendations: show.content ? openRecommendations([{ state }], now) : 0,
    })),
    lastObservation: subject.lastObservation,
  }
}

/** The record number as people there say it. */
export function recordNumberOf({ identifiers }: SubjectState): string | null {
  return (identifiers.find((each) => each.type === 'MR') ?? identifiers[0])?.value ?? null
}

/** How many recommendations of these twins wait for a decision. */
export function openRecommendations(twins: readonly { readonly state: TwinState }[], now: number): number {
  return twins.reduce(
    (sum, { state }) =>
      sum +
      state.recommendations.filter((each) => recommendationStatus(each, isNewest(state, each), now) === 'open').length,
    0,
  )
}

/** Digits worth showing of a value whose error has this standard deviation: none below a tenth of it. */
function digitsOf(stated: number | undefined, standardDeviation: number): number {
  if (stated !== undefined) return stated
  if (!(standardDeviation > 0)) return 1
  return Math.min(4, Math.max(0, -Math.floor(Math.log10(standardDeviation))))
}
