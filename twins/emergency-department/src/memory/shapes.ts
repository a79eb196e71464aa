import {
  type LayoutDetail,
  news2,
  type RosterDetail,
  type VisitDetail,
  type VisitDoubt,
  type VitalSigns,
} from '@counterpart/kernel'

/** Whether details are what their channel says: the last look before they are believed. */
type Fields = Readonly<Record<string, unknown>>
const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
/** Names become keys of plain objects, which have a few of their own. */
const isName = (value: unknown): value is string => isText(value) && !(value in {})
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isList = (value: unknown, fits: (one: unknown) => boolean) => Array.isArray(value) && value.every(fits)
const oneOf =
  (...words: readonly unknown[]) =>
  (value: unknown) =>
    words.includes(value)

const also: Readonly<Record<VisitDetail['what'], (detail: Fields) => boolean>> = {
  arrived: ({ mode, age }) =>
    oneOf('walk-in', 'ambulance', 'transfer')(mode) && (age === undefined || (isNumber(age) && age >= 0)),
  triaged: ({ acuity }) => oneOf(1, 2, 3, 4, 5)(acuity),
  placed: ({ at }) => isText(fieldsOf(at)?.area),
  observed: ({ signs }) => isSigns(signs),
  seen: () => true,
  'test-ordered': ({ test, order }) => isText(test) && isText(order),
  'test-done': ({ order }) => isText(order),
  'admission-requested': () => true,
  'admission-withdrawn': () => true,
  left: ({ disposition }) => isText(disposition),
  cancelled: () => true,
  returned: () => true,
  merged: ({ into }) => isName(into),
}

function isSigns(value: unknown): value is VitalSigns {
  const fields = fieldsOf(value)
  if (fields === undefined) return false
  const { oxygen, consciousness, saturationScale, ...readings } = fields
  if (!Object.values(readings).every((each) => each === undefined || isNumber(each))) return false
  if (!oneOf(undefined, true, false)(oxygen) || !oneOf(undefined, 1, 2)(saturationScale)) return false
  if (!oneOf(undefined, 'A', 'C', 'V', 'P', 'U')(consciousness)) return false
  try {
    news2(fields)
    return true
  } catch {
    return false
  }
}

export function isVisitDetail(detail: unknown): detail is VisitDetail {
  const fields = fieldsOf(detail)
  if (fields === undefined || !isName(fields.visit) || !isText(fields.patient)) return false
  return Object.hasOwn(also, fields.what as string) && also[fields.what as VisitDetail['what']](fields)
}

export function isLayout(detail: unknown): detail is LayoutDetail {
  const fields = fieldsOf(detail)
  return (
    fields !== undefined &&
    isNumber(fields.utcOffsetMinutes) &&
    isList(fields.areas, (area) => {
      const each = fieldsOf(area)
      return (
        each !== undefined &&
        isText(each.code) &&
        isText(each.label) &&
        isText(each.role) &&
        isList(each.spaces, isText)
      )
    })
  )
}

export function isRoster(detail: unknown): detail is RosterDetail {
  const fields = fieldsOf(detail)
  return (
    fields !== undefined &&
    isNumber(fields.from) &&
    isNumber(fields.until) &&
    isList(fields.spans, (span) => {
      const each = fieldsOf(span)
      return (
        each !== undefined && isText(each.role) && isNumber(each.from) && isNumber(each.until) && isNumber(each.count)
      )
    })
  )
}

export function isVisitDoubt(detail: unknown): detail is VisitDoubt {
  const fields = fieldsOf(detail)
  return fields !== undefined && isText(fields.visit) && isText(fields.problem) && isText(fields.assumed)
}
