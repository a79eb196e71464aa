import type { TwinKind } from '@counterpart/server/contract'
import { useId } from 'react'
import { formatNumber } from '../format/number.ts'
import { writeLead } from '../format/time.ts'
import { unitText } from '../format/unit.ts'
import p from '../parts/parts.module.css'
import { strings as t } from '../strings.ts'
import { type PartsChoice, PartsPicker } from './parts-picker.tsx'
import { allowedDose, doseDecimals, isSwitch, type PlanTimes } from './plan.ts'
import s from './what-if.module.css'

type Intervention = TwinKind['interventions'][number]

/** Doses of what may be changed: each is left as it is, or set. */
export function PlanEditor(props: {
  readonly interventions: readonly Intervention[]
  readonly doses: Readonly<Record<string, number>>
  readonly inForce: ReadonlyMap<string, number>
  readonly onChange: (doses: Readonly<Record<string, number>>) => void
  /** Given where times may be set too. */
  readonly times?: {
    readonly of: Readonly<Record<string, PlanTimes>>
    readonly onChange: (name: string, times: PlanTimes) => void
  }
  /** Given where a change may be confined to parts of the subject. */
  readonly parts?: PartsChoice
}) {
  const id = useId()
  return (
    <div>
      {props.interventions.map((intervention) => {
        const dose = props.doses[intervention.name]
        const changed = dose !== undefined
        const standing = props.inForce.get(intervention.name)
        const shown = dose ?? standing ?? intervention.dose.usual
        const unit = unitText(intervention.unit, shown)
        const set = (value: number | undefined) => {
          const { [intervention.name]: _, ...rest } = props.doses
          props.onChange(value === undefined ? rest : { ...rest, [intervention.name]: value })
        }
        const decimals = doseDecimals(intervention)
        return (
          <div key={intervention.name} className={s.control}>
            <div className={s.head}>
              <label htmlFor={`${id}${intervention.name}`}>
                <input
                  id={`${id}${intervention.name}`}
                  type="checkbox"
                  checked={changed}
                  aria-label={t.whatIf.include(intervention.label)}
                  onChange={(event) =>
                    set(event.target.checked ? allowedDose(intervention, intervention.dose.usual) : undefined)
                  }
                />
                {intervention.label}
              </label>
              <span className="small quiet">
                {standing === undefined
                  ? t.whatIf.notInForce
                  : t.whatIf.inForce(
                      isSwitch(intervention) ? t.plan.switch : `${formatNumber(standing, decimals)} ${unit}`,
                    )}
              </span>
            </div>
            {isSwitch(intervention) ? null : (
              <div className={s.dose}>
                <input
                  type="range"
                  aria-label={t.whatIf.dose(intervention.label)}
                  min={intervention.dose.low}
                  max={intervention.dose.high}
                  step={intervention.dose.step}
                  value={shown}
                  aria-valuetext={`${formatNumber(shown, decimals)} ${unit}${changed ? '' : `, ${t.whatIf.reset}`}`}
                  onChange={(event) => set(allowedDose(intervention, Number(event.target.value)))}
                />
                <input
                  type="number"
                  className={p.input}
                  aria-label={`${t.whatIf.dose(intervention.label)} (${unit})`}
                  min={intervention.dose.low}
                  max={intervention.dose.high}
                  step={intervention.dose.step}
                  value={changed ? dose : ''}
                  placeholder={formatNumber(shown, decimals)}
                  onChange={(event) =>
                    set(event.target.value === '' ? undefined : allowedDose(intervention, Number(event.target.value)))
                  }
                />
                <span className="small quiet">{unit}</span>
              </div>
            )}
            {changed && props.times ? (
              <Times
                label={intervention.label}
                times={props.times.of[intervention.name] ?? { start: 0, lasts: 0 }}
                onChange={(times) => props.times!.onChange(intervention.name, times)}
              />
            ) : null}
            {changed && props.parts ? (
              <PartsPicker label={intervention.label} name={intervention.name} parts={props.parts} />
            ) : null}
            <div className="small quiet">
              {isSwitch(intervention)
                ? ''
                : `${t.whatIf.range(
                    formatNumber(intervention.dose.low, decimals),
                    formatNumber(intervention.dose.high, decimals),
                    unitText(intervention.unit),
                  )} · `}
              {intervention.reversibility}
            </div>
            <details className="small no-print">
              <summary className="quiet">
                {t.whatIf.evidence}
                <span className="hidden">: {intervention.label}</span>
              </summary>
              <p>{intervention.evidence}</p>
            </details>
          </div>
        )
      })}
    </div>
  )
}

const starts = [0, 30, 60, 120, 240]
const lengths = [0, 60, 120, 240, 480]

/** When it begins and how long it lasts. */
function Times(props: { label: string; times: PlanTimes; onChange: (times: PlanTimes) => void }) {
  const { label, times } = props
  return (
    <div className={s.times}>
      <label>
        {t.plan.start}{' '}
        <select
          className={p.input}
          aria-label={t.plan.startOf(label)}
          value={times.start}
          onChange={(event) => props.onChange({ ...times, start: Number(event.target.value) })}
        >
          {starts.map((each) => (
            <option key={each} value={each}>
              {each === 0 ? t.plan.startNow : t.plan.startIn(writeLead(each * 60_000))}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.plan.lasts}{' '}
        <select
          className={p.input}
          aria-label={t.plan.lastsOf(label)}
          value={times.lasts}
          onChange={(event) => props.onChange({ ...times, lasts: Number(event.target.value) })}
        >
          {lengths.map((each) => (
            <option key={each} value={each}>
              {each === 0 ? t.plan.lastsOpen : writeLead(each * 60_000)}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
