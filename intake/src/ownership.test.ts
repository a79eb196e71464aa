import type { SubjectId } from '@counterpart/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Ownership, type OwnershipStatement } from './ownership.ts'

const subject = fc.integer({ min: 1, max: 5 }).map((n): SubjectId => `patient/${n}`)
const statement: fc.Arbitrary<OwnershipStatement> = fc.oneof(
  fc.record({
    kind: fc.constant('person' as const),
    prior: subject,
    into: subject,
    standing: fc.boolean(),
    version: fc.nat(20),
  }),
  fc.record({
    kind: fc.constant('visit' as const),
    encounterId: fc.constantFrom('V1', 'V2'),
    from: subject,
    into: subject,
    version: fc.nat(20),
  }),
)
const everybody = [1, 2, 3, 4, 5].map((n): SubjectId => `patient/${n}`)
const owners = (statements: readonly OwnershipStatement[]) => {
  const ownership = statements.reduce((so, each) => so.with(each), new Ownership())
  return everybody.flatMap((home) => [undefined, 'V1', 'V2'].map((visit) => ownership.ownerOf(home, visit)))
}

test('whose facts are is a function of the set of statements', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 8 }), fc.infiniteStream(fc.nat()), (statements, order) => {
      const shuffled = statements
        .map((each) => ({ each, at: order.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ each }) => each)
      expect(owners(shuffled)).toEqual(owners(statements))
      expect(owners([...statements, ...statements])).toEqual(owners(statements))
    }),
  )
})

test('there is always one who has what was said of somebody, however they were merged', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 8 }), (statements) => {
      const ownership = statements.reduce((so, each) => so.with(each), new Ownership())
      for (const home of everybody) {
        const owner = ownership.ownerOf(home)
        expect(ownership.ownerOf(owner)).toBe(owner)
        expect(ownership.isMerged(owner)).toBe(false)
        expect(ownership.homesOf(owner)).toContain(home)
      }
    }),
  )
})

test('the later of two statements that lead in a circle holds', () => {
  const merge = (prior: SubjectId, into: SubjectId, version: number): OwnershipStatement => ({
    kind: 'person',
    prior,
    into,
    standing: true,
    version,
  })
  const circle = [
    merge('patient/1', 'patient/2', 1),
    merge('patient/2', 'patient/3', 2),
    merge('patient/3', 'patient/1', 3),
  ]
  const ownership = circle.reduce((so, each) => so.with(each), new Ownership())
  expect(ownership.ownerOf('patient/3')).toBe('patient/1')
  expect(ownership.ownerOf('patient/2')).toBe('patient/1')
})
