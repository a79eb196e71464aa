import type { TwinKind } from '@counterpart/server/contract'
import { Dose } from '../parts/numbers.tsx'
import { isSwitch } from './plan.ts'

/** How much of an intervention; nothing of one that is only ever on or off. */
export function PlannedDose(props: {
  readonly dose: number
  readonly intervention: string
  readonly kind: TwinKind | undefined
  /** Of an intervention that the kind of twin does not know any more. */
  readonly unit?: string
}) {
  const known = props.kind?.interventions.find((each) => each.name === props.intervention)
  return known && isSwitch(known) ? null : <Dose dose={props.dose} unit={known?.unit ?? props.unit ?? ''} />
}
