import type {
  AbsenceDetail,
  ClinicLayoutDetail,
  CohortDetail,
  DaySheetDetail,
  RotaWeekDetail,
  WorkHourDetail,
} from '@counterpart/kernel'
import { activities, messageKinds } from '../work/figures.ts'

/** Whether details are what their channel says: the last look before they are believed. */
type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
/** Names become keys of plain objects, which have a few of their own. */
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && !(value in {})
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown) => isNumber(value) && value >= 0
const isShare = (value: unknown) => isNumber(value) && value >= 0 && value <= 1
const isDay = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)
const isList = (value: unknown, fits: (one: Fields) => boolean) =>
  Array.isArray(value) && value.every((one) => fits(fieldsOf(one)))
const isSpan = ({ from, until }: Fields) => isNumber(from) && isNumber(until) && from < until

export function isLayout(detail: unknown): detail is ClinicLayoutDetail {
  const { timeZone, pods, providers, overloadRatio, minimumCell } = fieldsOf(detail)
  return (
    isZone(timeZone) &&
    isList(pods, ({ code }) => isName(code)) &&
    isList(
      providers,
      ({ provider, pod, clinicalFte, panel }) =>
        isName(provider) && isName(pod) && isShare(clinicalFte) && isCount(panel),
    ) &&
    isNumber(overloadRatio) &&
    isNumber(minimumCell)
  )
}

function isZone(zone: unknown): boolean {
  if (typeof zone !== 'string') return false
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

export function isWorkHour(detail: unknown): detail is WorkHourDetail {
  const { provider, hour, seconds, received, done, notesSigned, covered } = fieldsOf(detail)
  const known = (words: readonly string[], of: unknown, fits: (value: unknown) => boolean) =>
    Object.entries(fieldsOf(of)).every(([word, value]) => words.includes(word) && fits(value))
  return (
    isName(provider) &&
    isNumber(hour) &&
    known(activities, seconds, (each) => Array.isArray(each) && each.length === 4 && each.every(isCount)) &&
    known(messageKinds, received, isCount) &&
    known(messageKinds, done, isCount) &&
    isCount(notesSigned) &&
    isShare(covered)
  )
}

export function isDaySheet(detail: unknown): detail is DaySheetDetail {
  const { provider, day, visits } = fieldsOf(detail)
  return (
    isName(provider) &&
    isDay(day) &&
    isList(visits, ({ at, minutes, state }) => isNumber(at) && isCount(minutes) && typeof state === 'string')
  )
}

export function isRotaWeek(detail: unknown): detail is RotaWeekDetail {
  const { provider, week, spans } = fieldsOf(detail)
  return isName(provider) && isDay(week) && isList(spans, isSpan)
}

export function isAbsence(detail: unknown): detail is AbsenceDetail {
  const fields = fieldsOf(detail)
  return isName(fields.absence) && isName(fields.provider) && isSpan(fields)
}

export function isCohort(detail: unknown): detail is CohortDetail {
  const fields = fieldsOf(detail)
  return isName(fields.group) && isName(fields.measure) && isSpan(fields)
}
