export { adviseForWeeks } from './advice/advise.ts'
export { type Appraisal, appraise } from './advice/appraise.ts'
export { adviseClinicFile } from './clinic-file/advise-clinic.ts'
export { type ClinicFile, readClinicFile } from './clinic-file/read-clinic.ts'
export { type SimulatedWeek, simulateClinicFile } from './clinic-file/simulate-clinic.ts'
export { type JudgedPeople, type JudgedWeeks, judgeWeek, notJudged } from './fairness/judged.ts'
export { type FairnessReport, fairnessReport, type PersonLoad } from './fairness/report.ts'
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
export type { Clash, Explanation, Repair } from './rota/explain-clash.ts'
export type { FairnessTable, PersonShare } from './rota/fairness-table.ts'
export { type MadeUp, madeUpProblem } from './rota/made-up-problem.ts'
export { type ProblemSources, problemFrom } from './rota/problem-from.ts'
export { type Rating, type RuleKept, rateRota } from './rota/rate-rota.ts'
export { readRotaProblem } from './rota/read-rota.ts'
export type { HalfDayDuty, PersonRota, Rota } from './rota/rota.ts'
export { RotaError } from './rota/rota-error.ts'
export type { RotaProblem, RotaRules, RuleName } from './rota/rota-problem.ts'
export { type RotaAnswer, type RotaOptions, type RotaProgress, solveRota } from './rota/solve-rota.ts'
export { loadRotaSolver, type RotaSolver } from './rota/solver.ts'
export { rotaCsv, rotaGrid, rotaWeeks } from './rota/write-rota.ts'
export { type Situation, situationOf } from './situation.ts'
export { providerWorkload } from './twin.ts'
export { providerWeeks, type Weeks, weeksOf } from './weeks.ts'
export type { ProviderWeek } from './work/figures.ts'
