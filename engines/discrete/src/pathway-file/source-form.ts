import type { Arrivals, Source } from '../pathway.ts'
import { given } from './reading.ts'
import {
  choice,
  fields,
  flag,
  hasKey,
  isScalar,
  list,
  made,
  type Named,
  named,
  nameOf,
  number,
  type Shape,
  text,
} from './shape.ts'
import { duration, time } from './time-form.ts'
import { TIME_UNITS, type TimeUnit } from './time-units.ts'

const common = {
  describe: text,
  to: nameOf('step'),
  limit: number({ least: 0, whole: true }),
  until: time(),
}

type SourceBody = Omit<Source, 'name'>

const bodyOf = (
  value: { readonly class: string; readonly to?: string; readonly limit?: number; readonly until?: number },
  arrivals: Arrivals,
): SourceBody => ({
  class: value.class,
  ...given({ to: value.to }),
  arrivals,
  ...given({ limit: value.limit, until: value.until }),
})

const rate = number({ least: 0 })

/** `per-hour: 4` for ever, or `per-hour: [2, 5, 3]`, each for an hour unless `each` says otherwise. */
function rates(key: string, per: TimeUnit | undefined): Shape<SourceBody> {
  const values = choice<number | readonly number[]>(
    'a rate, or a list of rates',
    { when: isScalar, shape: rate },
    { when: () => true, shape: list(rate, { least: 1 }) },
  )
  const optional = { ...common, each: time({ above: 0 }), repeat: flag, 'legacy-thinning': flag }
  return made(
    fields({ class: nameOf('class'), [key]: values }, optional) as Shape<RatesFields>,
    (value, _node, reading) => {
      const stated = value[key] as number | readonly number[]
      const unit = per ?? reading.unit
      const units = TIME_UNITS[unit] / TIME_UNITS[reading.unit]
      const always = typeof stated === 'number'
      return bodyOf(value, {
        kind: 'rates',
        every: value.each ?? units,
        rates: (always ? [stated] : stated).map((each) => each / units),
        ...(always || value.repeat ? { repeat: true } : {}),
        ...(value['legacy-thinning'] ? { legacyThinning: true } : {}),
      })
    },
  )
}

type RatesFields = Omit<SourceBody, 'arrivals'> & {
  readonly each?: number
  readonly repeat?: boolean
  readonly 'legacy-thinning'?: boolean
  readonly [key: string]: unknown
}

/** Where patients come from: `per-hour`, `per-day` or `rates` of a Poisson stream, `every` so often, or `at` times. */
export const source: Named<SourceBody> = named('source', () =>
  choice<SourceBody>(
    'a map with one of per-hour, per-day, rates, every, at',
    { when: hasKey('per-hour'), shape: rates('per-hour', 'h') },
    { when: hasKey('per-day'), shape: rates('per-day', 'd') },
    { when: hasKey('rates'), shape: rates('rates', undefined) },
    {
      when: hasKey('every'),
      shape: made(fields({ class: nameOf('class'), every: duration }, common), (value) =>
        bodyOf(value, { kind: 'intervals', between: value.every }),
      ),
    },
    {
      when: hasKey('at'),
      shape: made(fields({ class: nameOf('class'), at: list(time()) }, common), (value) =>
        bodyOf(value, { kind: 'times', times: value.at }),
      ),
    },
  ),
)
