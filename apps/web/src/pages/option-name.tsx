import type { RankedOption, TwinKind } from '@counterpart/server/contract'
import { writeLead } from '../format/time.ts'
import { strings as t } from '../strings.ts'
import s from './do.module.css'
import { PlannedOn } from './parts-picker.tsx'
import { isSwitch, scenarioName } from './plan.ts'
import { PlannedDose } from './planned-dose.tsx'
import { useSubjectView } from './subject-context.ts'

/** The option's name, with what would be given; once only where the name says it already. */
export function OptionName({ option, kind }: { option: RankedOption; kind: TwinKind }) {
  const { name, interventions } = option.scenario
  const { parts } = useSubjectView()
  const labels = new Map(parts.map((each) => [each.code, each.label]))
  const spoken = name.toLowerCase()
  const known = interventions.map((each) => kind.interventions.find((one) => one.name === each.intervention))
  const said = interventions.length > 0 && known.every((each) => each && spoken.includes(each.label.toLowerCase()))
  const complete =
    said &&
    interventions.every(
      (each, index) =>
        !each.until &&
        (isSwitch(known[index]!) || new RegExp(`\\b${each.dose}\\b`).test(name)) &&
        (each.on ?? []).every((code) => spoken.includes((labels.get(code) ?? code).toLowerCase())),
    )
  const doses = interventions.map((each, index) => (
    <span key={each.intervention} className={said ? undefined : s.dose}>
      {index > 0 && said ? ', ' : null}
      {known[index]?.label ?? each.intervention}{' '}
      <PlannedDose dose={each.dose} intervention={each.intervention} kind={kind} />
      <PlannedOn on={each.on} />
      {each.until ? <span className="quiet"> · {writeLead(each.until - each.from)}</span> : null}
    </span>
  ))
  return (
    <>
      {option.rank}. {said && !complete ? doses : scenarioName(name)}
      {said ? null : <div className={s.plan}>{interventions.length === 0 ? t.decide.nothingToDo : doses}</div>}
    </>
  )
}
