import { hour, minute, type TwinDefinition } from '@counterpart/kernel'
import { expect, test } from 'vitest'
import { isLate } from './live-twin.ts'

test('of a clinic the hour under way is no late news, or every batch of the log would ask for another forecast', () => {
  const madeAt = Date.UTC(2026, 4, 4, 10, 40)
  const of = (subjectKind: TwinDefinition['subjectKind']) => ({
    definition: { subjectKind } as TwinDefinition,
    lastForecastAt: madeAt,
  })
  expect(isLate(of('clinic'), Date.UTC(2026, 4, 4, 10))).toBe(false)
  expect(isLate(of('clinic'), madeAt - 3 * hour)).toBe(true)
  expect(isLate(of('department'), madeAt - minute)).toBe(true)
  expect(isLate(of('department'), madeAt)).toBe(false)
})
