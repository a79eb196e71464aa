import type { ClinicLayoutDetail, ClinicProvider } from '@counterpart/kernel'
import { type Suppression, suppressGroups } from '@counterpart/privacy'

/** A group whose figures may be told, or why not. */
export interface ToldGroup {
  /** `clinic` or a pod's code. */
  readonly name: string
  readonly label: string
  readonly providers: readonly ClinicProvider[]
  readonly suppressed?: string
}

const words: Readonly<Record<Suppression, string>> = {
  'too-few': 'Too few people for a figure that is about none of them',
  'would-disclose': 'Not told: with the other figures it would tell of a group that is too small',
}

/**
 * The clinic and its pods, in the layout's order, with why some may not be told: pods below the minimum cell, and others from
 * which these would follow by taking away.
 */
export function toldGroups(layout: ClinicLayoutDetail): readonly ToldGroup[] {
  const groups = [
    { name: 'clinic', label: layout.name, providers: layout.providers },
    ...layout.pods.map(({ code, label }) => ({
      name: code,
      label,
      providers: layout.providers.filter(({ pod }) => pod === code),
    })),
  ].filter(({ providers }) => providers.length > 0)
  if (groups.length === 0) return []
  // The larger first: where not all can be told, less is lost.
  const bySize = [...groups].sort((a, b) => b.providers.length - a.providers.length)
  const { suppressed } = suppressGroups({
    groups: bySize.map(({ name, providers }) => ({ name, members: providers.map(({ provider }) => provider) })),
    minimum: minimumCellOf(layout),
  })
  return groups.map((group) => {
    const why = suppressed.get(group.name)
    return why === undefined ? group : { ...group, suppressed: words[why] }
  })
}

/** The least number of people of whom anything is told. */
export const minimumCellOf = ({ minimumCell }: Pick<ClinicLayoutDetail, 'minimumCell'>): number =>
  Math.max(3, Math.ceil(minimumCell))
