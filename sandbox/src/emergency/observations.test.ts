import { hour } from '@counterpart/kernel'
import { describe, expect, it } from 'vitest'
import type { HospitalEvent } from './events.ts'
import { observationsOf, treatmentsOf } from './observations.ts'
import { simulateEmergency } from './simulation.ts'

const from = Date.UTC(2026, 0, 5)
const department = 'department/north-ed'

describe('the department’s observations', () => {
  it('are one for every event of a visit, layout and roster, none the same as another', () => {
    const events = simulateEmergency({ seed: 'facts', from, unseenDays: 1 }).advance(from + 12 * hour)
    const told = events.filter(({ kind }) => kind === 'visit' || kind === 'layout' || kind === 'roster')
    const observations = observationsOf(events, department)
    expect(observations).toHaveLength(told.length)
    expect(new Set(observations.map(({ id }) => id)).size).toBe(told.length)
    expect(observations.every(({ subject, value, detail }) => subject === department && value === null && detail)).toBe(
      true,
    )
  })

  it('tell by their versions which of two moves of one instant came later', () => {
    const moved = (area: string, bed?: string): HospitalEvent => ({
      at: from,
      kind: 'visit',
      visit: 'V',
      person: 1,
      happening: { what: 'placed', at: { area, ...(bed === undefined ? {} : { bed }) } },
    })
    const [chair, space] = observationsOf([moved('ED-WAIT'), moved('ED-MAJ', 'MJ01')], department)
    expect(chair!.effective).toBe(space!.effective)
    expect(space!.version).toBeGreaterThan(chair!.version)
    expect(space!.id).not.toBe(chair!.id)
  })

  it('leave actions to the treatments: under way, over, or never come about', () => {
    const action = { id: 'a', name: 'open-overflow', dose: 4 } as const
    const begun: HospitalEvent = { at: from, kind: 'action', action, status: 'in-progress' }
    const end = (status: 'completed' | 'failed'): HospitalEvent => ({ at: from + hour, kind: 'action', action, status })
    expect(observationsOf([begun], department)).toEqual([])
    const treatment = { id: 'a', intervention: 'open-overflow', dose: 4, from }
    expect(treatmentsOf([begun])).toEqual([{ ...treatment, version: from }])
    expect(treatmentsOf([end('completed')], new Map([['a', from]]))).toEqual([
      { ...treatment, version: from + hour, until: from + hour },
    ])
    expect(treatmentsOf([begun, end('failed')]).at(-1)).toMatchObject({ retracted: true })
    expect(treatmentsOf([{ at: from, kind: 'action', action, status: 'rejected' }])).toEqual([])
  })
})
