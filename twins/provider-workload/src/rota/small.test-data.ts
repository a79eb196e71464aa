import type { RotaPerson } from './rota-problem.ts'

/** A week of one pod of three people, as a file would say it. */
export const small = {
  from: '2026-05-11',
  weeks: 1,
  pods: [{ code: 'B', label: 'pod B', rooms: 3 }],
  people: [
    { code: 'p1', label: 'Dr Adeyemi', pod: 'B', clinicalFte: 1, halfDays: { min: 0, max: 10 } },
    { code: 'p2', label: 'Dr Baker', pod: 'B', clinicalFte: 1, halfDays: { min: 0, max: 10 } },
    { code: 'p3', label: 'Dr Castillo', pod: 'B', clinicalFte: 1, halfDays: { min: 0, max: 10 } },
  ],
  demand: [{ pod: 'B', at: 'all', min: 1 }],
  rules: { contract: 'off' },
}

/** The same with one person's members changed. */
export const withPerson = (code: string, change: Partial<RotaPerson>, of: typeof small = small) => ({
  ...of,
  people: of.people.map((person) => (person.code === code ? { ...person, ...change } : person)),
})
