import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Cell } from './atoms.ts'
import { canDerive, certainOf, choose, learnsOf, peopleOf, subsets } from './attacker.test-data.ts'
import { derivableGroups } from './derivable.ts'
import { mayBeTold, releaseCells, suppressGroups } from './release.ts'

const named = (count: number) => Array.from({ length: count }, (_, i) => `p${i}`)

/** Any sets of up to nine people: nested, overlapping, equal, apart. */
const anyCells = fc
  .array(fc.subarray(named(9), { minLength: 1 }), { minLength: 1, maxLength: 6 })
  .map((all) => all.map((members, i): Cell => ({ name: `cell ${i}`, members })))

const toldOf = (cells: readonly Cell[], told: readonly string[]) => cells.filter(({ name }) => told.includes(name))

describe('releases', () => {
  test('an attacker who adds up and takes away learns nothing of fewer people than the minimum', () => {
    fc.assert(
      fc.property(anyCells, fc.integer({ min: 3, max: 5 }), (cells, minimum) => {
        const told = toldOf(cells, releaseCells({ cells, minimum }).told)
        for (const few of choose(peopleOf(told), minimum - 1)) expect(learnsOf(told, few)).toBe(false)
      }),
      { numRuns: 400 },
    )
  })

  test('what is suppressed as disclosing could not have been told besides', () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const minimum = 3
        const { told, suppressed } = releaseCells({ cells, minimum })
        for (const [name, why] of suppressed) {
          const more = toldOf(cells, [...told, name])
          const few = [...choose(peopleOf(more), minimum - 1)]
          if (why === 'too-few') expect(cells.find((cell) => cell.name === name)!.members.length).toBeLessThan(minimum)
          else expect(few.some((each) => learnsOf(more, each))).toBe(true)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('the groups that are found are those an attacker finds', () => {
    fc.assert(
      fc.property(anyCells, fc.integer({ min: 2, max: 5 }), (cells, minimum) => {
        const found = derivableGroups(cells, minimum)
        const attacked = [...choose(peopleOf(cells), Math.min(minimum - 1, peopleOf(cells).length))]
        expect(found.length > 0).toBe(attacked.some((few) => learnsOf(cells, few)))
        for (const few of found) expect(learnsOf(cells, few)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  test('together with what was told before, nothing follows of somebody who came, left or withdrew', () => {
    fc.assert(
      fc.property(fc.array(anyCells, { minLength: 2, maxLength: 4 }), (waves) => {
        const minimum = 3
        let before: readonly Cell[] = []
        waves.forEach((wave, w) => {
          const cells = wave.map((cell) => ({ ...cell, name: `${w} ${cell.name}` }))
          const told = toldOf(cells, releaseCells({ cells, minimum, told: before }).told)
          for (const few of choose(peopleOf([...before, ...told]), minimum - 1))
            if (!learnsOf(before, few)) expect(learnsOf([...before, ...told], few)).toBe(false)
          before = told
        })
      }),
      { numRuns: 200 },
    )
  })

  test('counts leave it open of everybody whether they have the attribute', () => {
    fc.assert(
      fc.property(anyCells, fc.subarray(named(9)), (cells, having) => {
        const told = toldOf(cells, releaseCells({ cells, minimum: 3, having: new Set(having) }).told)
        const counts = told.map(({ members }) => ({
          members,
          count: members.filter((person) => having.includes(person)).length,
        }))
        expect(certainOf(counts)).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('no told sum, and none that follows, is one person’s for the most part', () => {
    const values = fc.array(fc.double({ min: 0, max: 4, noNaN: true }), { minLength: 9, maxLength: 9 })
    fc.assert(
      fc.property(anyCells, values, (cells, numbers) => {
        const value = new Map(named(9).map((person, i) => [person, numbers[i]!]))
        const question = { cells, minimum: 3, values: value, scale: { low: 0, high: 4 }, percent: 10 }
        const told = toldOf(cells, releaseCells(question).told)
        for (const members of subsets(peopleOf(told))) {
          if (members.length === 0 || !canDerive(told, members)) continue
          const ordered = members.map((person) => value.get(person)!).sort((a, b) => b - a)
          const rest = ordered.slice(2).reduce((sum, each) => sum + each, 0)
          expect(rest).toBeGreaterThanOrEqual(0.1 * ordered[0]! - 1e-12)
          expect(new Set(ordered).size).toBeGreaterThan(1)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('a clinic of six pods', () => {
  const pods = [9, 9, 9, 9, 8, 8].map((size, pod) => ({
    name: `pod ${pod}`,
    members: Array.from({ length: size }, (_, i) => `${pod}.${i}`),
  }))
  const whole = { name: 'clinic', members: pods.flatMap(({ members }) => members) }

  test('is told in full when everybody answers', () => {
    expect(suppressGroups({ groups: [whole, ...pods], minimum: 5 }).told).toHaveLength(7)
  })

  test('where one pod is too small, a second goes with it, and the clinic stays', () => {
    const small = { name: 'small', members: ['s.0', 's.1'] }
    const groups = [{ name: 'clinic', members: [...whole.members, ...small.members] }, ...pods, small]
    const { told, suppressed } = suppressGroups({ groups, minimum: 5 })
    expect(told).toHaveLength(6)
    expect(told[0]).toBe('clinic')
    expect([...suppressed.values()].sort()).toEqual(['too-few', 'would-disclose'])
  })

  test('one who withdraws between two waves cannot be told by difference; the clinic may pause rather than tell', () => {
    const question = { cells: [whole, ...pods], minimum: 5 }
    const first = releaseCells(question)
    const told = toldOf(question.cells, first.told).map((cell) => ({ ...cell, name: `before ${cell.name}` }))
    const left = (cell: Cell) => ({ ...cell, members: cell.members.filter((person) => person !== '2.3') })
    const next = releaseCells({ cells: question.cells.map(left), minimum: 5, told })
    expect(next.told).not.toContain('clinic')
    expect(next.told).not.toContain('pod 2')
    expect(next.told).toEqual(['pod 0', 'pod 1', 'pod 3', 'pod 4', 'pod 5'])
  })

  test('all and none are not told', () => {
    const having = new Set([...pods[0]!.members, ...['1.0', '2.0', '3.1', '4.2', '5.3']])
    const { told, suppressed } = releaseCells({ cells: [whole, ...pods], minimum: 5, having })
    expect(suppressed.get('pod 0')).toBe('would-disclose')
    expect(told).not.toContain('pod 0')
  })

  test('is decided in seconds for waves of twelve cells that follow each other', () => {
    const halves = [0, 1].map((half) => ({
      name: `half ${half}`,
      members: whole.members.filter((_, i) => i % 2 === half),
    }))
    const thirds = [0, 1, 2].map((third) => ({
      name: `third ${third}`,
      members: whole.members.filter((_, i) => Math.floor(i / 5) % 3 === third),
    }))
    let told: readonly Cell[] = []
    const began = performance.now()
    for (let wave = 0; wave < 3; wave++) {
      const answers = (person: string) => (person.charCodeAt(2) * 7 + wave * 3 + person.charCodeAt(0)) % 4 !== 0
      const cells = [whole, ...pods, ...halves, ...thirds].map((cell) => ({
        name: `${wave} ${cell.name}`,
        members: cell.members.filter(answers),
      }))
      const release = releaseCells({ cells, minimum: 5, told })
      told = toldOf(cells, release.told)
      expect(mayBeTold(told, { cells, minimum: 5 })).toBe(true)
    }
    expect(performance.now() - began).toBeLessThan(30_000)
  })
})

test('what is asked wrongly is refused by name', () => {
  const cells = [{ name: 'a', members: ['x', 'y', 'z'] }]
  expect(() => releaseCells({ cells, minimum: 2 })).toThrow('whole number from 3 on')
  expect(() => releaseCells({ cells: [...cells, ...cells], minimum: 3 })).toThrow('asked for twice')
  expect(() => releaseCells({ cells, minimum: 3, values: new Map() })).toThrow('without their scale')
  expect(() => releaseCells({ cells, minimum: 3, values: new Map(), scale: { low: 0, high: 1 } })).toThrow(
    'has no value',
  )
})
