import { describe, expect, it } from 'vitest'
import { firstYear, horizonOf, nextWeeks } from './horizon.ts'
import { type Effort, type Ranked, rankChanges } from './rank.ts'
import { situationWith } from './situation.test-data.ts'

const quick: Effort = { first: 8, all: 200, worth: 12 }
const none = { replaced: {}, cohorts: [] }
const small = { people: 10, pods: 2 }

const overYear = rankChanges(situationWith(small), 'after-hours', firstYear, none, quick)!
const optionsOf = ({ options }: Ranked) => options
const withPart = (ranked: Ranked, name: string) =>
  optionsOf(ranked).filter(({ scenario }) => scenario.interventions.some(({ intervention }) => intervention === name))

describe('ranking changes of the work', () => {
  it('ranks best first, with carrying on among them', () => {
    expect(overYear.options.map(({ rank }) => rank)).toEqual(overYear.options.map((_, i) => i + 1))
    expect(overYear.options.filter(({ scenario }) => scenario.interventions.length === 0)).toHaveLength(1)
    expect(overYear.options[0]!.gain.mean).toBeGreaterThan(0.15)
  })

  it('names no clinician, by code or by name', () => {
    const text = JSON.stringify(overYear)
    expect(text).not.toMatch(/p0\d\d/)
    expect(text).not.toMatch(/Dr \d/)
  })

  it('says of every change what it costs, who is worse off, and what was published, also against it', () => {
    for (const { scenario, worth } of overYear.options) {
      if (scenario.interventions.length === 0) continue
      expect(worth!.evidence.length).toBeGreaterThan(0)
      expect(worth!.burden.p05).toBeGreaterThan((96 * 60) / 52)
      expect(worth!.cost.p50).toBeGreaterThan(0)
      expect(worth!.daysToBenefit.p50).toBeGreaterThan(0)
    }
    const team = withPart(overYear, 'team-inbox')[0]!
    expect(team.worth!.worseOff.map(({ who }) => who)).toContain('Nurses, assistants and pharmacists')
    expect(team.worth!.evidence.map(({ source }) => source).join()).toContain('Veterans Health Administration')
    const scribe = withPart(overYear, 'scribe')[0]!
    expect(new Set(scribe.worth!.evidence.map(({ agrees }) => agrees)).size).toBeGreaterThan(1)
    expect(scribe.reason).toContain('studies disagree')
  })

  it('does not put longer visits forward: one visit in five would be lost', () => {
    const longer = overYear.options.filter(({ scenario }) => scenario.id.startsWith('slot-length-5'))
    const stay = overYear.options.find(({ scenario }) => scenario.interventions.length === 0)!
    for (const each of longer) expect(each.rank).toBeGreaterThan(stay.rank)
  })

  it('finds nothing in hiring for the next four weeks', () => {
    const soon = rankChanges(situationWith(small), 'access', nextWeeks, none, { first: 4, all: 100, worth: 4 })
    expect(soon === null || withPart(soon, 'hire').every(({ gain }) => gain.mean === 0)).toBe(true)
  })

  it('does not advise what is done already', () => {
    const practice = { teamInbox: true, refillProtocol: true, scribes: [] }
    const running = [{ intervention: 'message-triage', dose: 30, from: Date.UTC(2025, 1, 1) }]
    const ranked = rankChanges(situationWith({ ...small, practice, running }), 'after-hours', firstYear, none, quick)
    for (const name of ['team-inbox', 'refill-protocol', 'message-triage'])
      expect(ranked === null || withPart(ranked, name).length === 0, name).toBe(true)
  })

  it('advises nothing where there is next to no work to spare', () => {
    const idle = situationWith({ ...small, busy: 0.02 })
    const situation = {
      ...idle,
      member: (m: number) => {
        const member = idle.member(m)
        return { ...member, providers: member.providers.map((each) => ({ ...each, notesLater: 0, restLater: 0 })) }
      },
    }
    expect(rankChanges(situation, 'after-hours', horizonOf(52), none, { first: 4, all: 60, worth: 4 })).toBeNull()
  })

  it('gives the same answer again, to the bit', () => {
    const effort = { first: 4, all: 60, worth: 4 }
    const again = () => rankChanges(situationWith({ people: 6, pods: 1 }), 'after-hours', firstYear, none, effort)
    expect(again()).toEqual(again())
  })

  it('tells of no pod below the minimum cell, nor of one from which it would follow', () => {
    const text = JSON.stringify(
      rankChanges(situationWith({ people: 10, pods: 4 }), 'after-hours', firstYear, none, quick),
    )
    expect(text).not.toMatch(/Pod \d|pod-\d/)
  })
})
