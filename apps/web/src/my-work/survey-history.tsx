import type { SurveyRecord } from '@counterpart/server/contract'
import { formatNumber } from '../format/number.ts'
import { unitText } from '../format/unit.ts'
import { writeDayIn } from '../format/zoned.ts'
import p from '../parts/parts.module.css'
import { Scroll } from '../parts/scroll.tsx'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import { useOwnWork } from './my-work.tsx'

/** Earlier answers of one's own, the newest first. */
export function SurveyHistory({ surveys }: { surveys: readonly SurveyRecord[] }) {
  const { clinic, instruments } = useOwnWork()
  if (surveys.length === 0) return <p className={p.empty}>{o.own.noSurveys}</p>
  return (
    <Scroll label={o.own.surveys}>
      <table className="stack" data-testid="own-surveys">
        <thead>
          <tr>
            <th scope="col">{o.own.survey}</th>
            <th scope="col">{o.own.answered}</th>
            <th scope="col">{o.own.score}</th>
          </tr>
        </thead>
        <tbody>
          {[...surveys]
            .sort((a, b) => b.at - a.at)
            .map((survey) => (
              <tr key={survey.id}>
                <th scope="row">
                  {instruments.find((each) => each.name === survey.instrument)?.label ?? survey.instrument}
                </th>
                <td data-label={o.own.answered}>{writeDayIn(clinic.timeZone, survey.at)}</td>
                <td data-label={o.own.score}>
                  <Scores survey={survey} />
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** The scores of one survey, each against its published cut-off where it has one. */
export function Scores({ survey }: { survey: SurveyRecord }) {
  return (
    <div>
      {survey.scores.map((score) => (
        <div key={score.measure}>
          {score.label} <strong>{formatNumber(score.value, Number.isInteger(score.value) ? 0 : 1)}</strong>{' '}
          <span className={p.unit}>{unitText(score.unit)}</span>
          {score.cutOff === null ? null : (
            <span className="small quiet">
              {' '}
              {o.own.cutOff(formatNumber(score.cutOff, Number.isInteger(score.cutOff) ? 0 : 2), score.beyond === true)}
            </span>
          )}
        </div>
      ))}
    </div>
  )
}
