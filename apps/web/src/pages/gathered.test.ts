import { expect, it } from 'vitest'
import { gathered } from './gathered.ts'

it('who looked is a row for each person and deed, the newest first, refusals apart', () => {
  const entry = (who: string, action: string, at: number, outcome: 'allowed' | 'denied' = 'allowed') => ({
    event: `audit@${at}`,
    at,
    who,
    role: 'manager',
    action,
    subject: 'department/ed',
    resource: null,
    outcome,
  })
  const rows = gathered([
    entry('ann', 'view-observations', 5),
    entry('bo', 'take-decision', 4),
    entry('ann', 'view-observations', 9),
    entry('ann', 'view-observations', 3, 'denied'),
  ])
  expect(rows.map(({ entry, times }) => [entry.who, entry.action, entry.outcome, entry.at, times])).toEqual([
    ['ann', 'view-observations', 'allowed', 9, 2],
    ['bo', 'take-decision', 'allowed', 4, 1],
    ['ann', 'view-observations', 'denied', 3, 1],
  ])
})
