import type { RuleName } from './rota-problem.ts'

/**
 * Points that each unit of giving way costs when no rota meets all rules: what a clinic mends by a telephone call is cheap,
 * what people were promised is dear, and what keeps patients and residents safe is dearer.
 */
export const repairCosts: Readonly<Record<RuleName, number>> = {
  'cover-target': 1,
  continuity: 1,
  wishes: 1,
  stability: 1,
  'fair-turns': 1,
  'fair-half-days': 1,
  'fair-wishes': 1,
  'cover-maximum': 2,
  'pod-inbox': 2,
  contract: 3,
  'protected-time': 3,
  'half-days-most': 4,
  'half-days-least': 4,
  'whole-days': 5,
  pairs: 6,
  'pod-presence': 6,
  patterns: 8,
  fixed: 8,
  'cover-minimum': 10,
  skills: 10,
  rooms: 12,
  turns: 15,
  forbidden: 20,
  'days-in-a-row': 20,
  'rest-after-late': 20,
  supervision: 30,
  leave: 50,
}
