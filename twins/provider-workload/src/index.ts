export { adviseForWeeks } from './advice/advise.ts'
export { type Appraisal, appraise } from './advice/appraise.ts'
export { type MeasuredWeek, measuredWeek } from './measured.ts'
export {
  type CausalMember,
  drawCausalMember,
  logOddsOfChange,
  publishedLogOdds,
  type WorkedDifference,
} from './risk/change.ts'
export { estimateRisk, type GroupRisk } from './risk/estimate.ts'
export { type SurveyedGroup, type WorkedGroup, workedGroup } from './risk/group.ts'
export { drawRiskMember, type RiskMember } from './risk/prior.ts'
export { type Situation, situationOf } from './situation.ts'
export { providerWorkload } from './twin.ts'
export { providerWeeks, type Weeks, weeksOf } from './weeks.ts'
export type { ProviderWeek } from './work/figures.ts'
