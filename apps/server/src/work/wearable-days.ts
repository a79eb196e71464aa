import type { WearableDay } from '@counterpart/kernel'
import { wearableRequest } from '../contract/index.ts'
import { RequestError } from '../http/problem.ts'

const columns = ['day', 'sleep', 'heart-rate-variability', 'steps']

/** Reads CSV with the columns day,sleep,heart-rate-variability,steps, in any order, the last three where there are any. */
export function readWearableDays(text: string): readonly WearableDay[] {
  const [header = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const names = header.split(',').map((name) => name.trim().replace('heartRateVariability', 'heart-rate-variability'))
  const strange = names.find((name) => !columns.includes(name))
  if (strange !== undefined || !names.includes('day'))
    throw wrong(1, `the header is "${header.slice(0, 80)}"; expected day and any of ${columns.slice(1).join(', ')}`)
  const days = lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    const fields = line.split(',').map((field) => field.trim())
    if (fields.length !== names.length) throw wrong(i + 2, `it has ${fields.length} fields; expected ${names.length}`)
    const at = (name: string) => fields[names.indexOf(name)] ?? ''
    const number = (name: string) => (at(name) === '' ? undefined : Number(at(name)))
    const day = {
      day: at('day'),
      ...given('sleep', number('sleep')),
      ...given('heartRateVariability', number('heart-rate-variability')),
      ...given('steps', number('steps')),
    }
    const checked = wearableRequest.shape.days.element.safeParse(day)
    if (!checked.success)
      throw wrong(i + 2, `${checked.error.issues[0]!.path.join('.')}: ${checked.error.issues[0]!.message}`)
    return [checked.data as WearableDay]
  })
  if (days.length === 0) throw wrong(2, 'there are no days')
  if (days.length > 400) throw wrong(402, 'there are more than 400 days; hand them in in parts')
  return days
}

function given<Name extends string>(name: Name, value: number | undefined): { [N in Name]?: number } {
  return value === undefined ? {} : ({ [name]: value } as { [N in Name]?: number })
}

function wrong(line: number, what: string): RequestError {
  return new RequestError(422, 'wearable-invalid', `Line ${line}: ${what}.`)
}
