import type { Area, LayoutDetail } from '@counterpart/kernel'

/** Spaces of one kind, as far as who may be treated in them goes. */
export const spaceGroups = ['resuscitation', 'majors', 'minors'] as const
export type SpaceGroup = (typeof spaceGroups)[number]

/** What a department is taken to consist of until it says: the 41 beds of Hoot et al. 2008, divided by assumption. */
export const assumedLayout: LayoutDetail = {
  name: 'Emergency department',
  utcOffsetMinutes: 0,
  areas: [
    { code: 'WAIT', label: 'Waiting room', role: 'waiting', spaces: [] },
    { code: 'TRIAGE', label: 'Triage', role: 'triage', spaces: numbered('T', 2) },
    { code: 'RESUS', label: 'Resuscitation', role: 'resuscitation', spaces: numbered('R', 4) },
    { code: 'MAJORS', label: 'Majors', role: 'majors', spaces: numbered('M', 25) },
    { code: 'MINORS', label: 'Minors', role: 'minors', spaces: numbered('N', 12) },
    { code: 'IMAGING', label: 'Imaging', role: 'imaging', spaces: numbered('X', 1) },
  ],
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i + 1}`)
}

/** Which group an area's spaces belong to; none for waiting rooms, triage and imaging. */
export function groupOf(area: Area | undefined): SpaceGroup | undefined {
  switch (area?.role) {
    case 'resuscitation':
      return 'resuscitation'
    case 'majors':
    case 'observation':
    case 'paediatric':
    case 'overflow':
      return 'majors'
    case 'minors':
      return 'minors'
    default:
      return undefined
  }
}

/** Spaces of each group that are open every day; those of overflow areas are opened by intervention. */
export function spacesOf(layout: LayoutDetail): Record<SpaceGroup, number> {
  const spaces = { resuscitation: 0, majors: 0, minors: 0 }
  for (const area of layout.areas) {
    const group = groupOf(area)
    if (group !== undefined && area.role !== 'overflow') spaces[group] += area.spaces.length
  }
  return spaces
}
