export { usualWaitingCost, type WaitingCost, type WaitingOutcome } from './policy/queue-cost.ts'
export { queueRule, type RankedClass } from './policy/queue-rule.ts'
export { type QueueAdvice, type QueueProblem, searchQueueRule } from './policy/search-queue-rule.ts'
export { emergencyDepartment } from './twin.ts'
