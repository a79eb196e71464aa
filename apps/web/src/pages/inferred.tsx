import type { SummaryFigures, TwinState } from '@counterpart/server/contract'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { formatNumber } from '../format/number.ts'
import { Estimate, Section, Why } from '../parts/numbers.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import s from './now.module.css'

/** What nobody measures: what was held before any data, and what the data have left of it. */
export function Inferred({ state }: { state: TwinState }) {
  if (state.variables.length === 0) return null
  const main = state.variables.filter((variable) => !variable.auxiliary)
  const auxiliary = state.variables.filter((variable) => variable.auxiliary)
  return (
    <Section id="inferred" title={t.now.inferred} aside={<Why event={state.beliefEvent} label={t.now.inferred} />}>
      <p className="small quiet">{t.now.inferredNote}</p>
      <InferredTable variables={main} label={t.now.inferred} testId="inferred" />
      {auxiliary.length > 0 ? (
        <details>
          <summary>{t.now.auxiliary(auxiliary.length)}</summary>
          <InferredTable variables={auxiliary} label={t.now.auxiliary(auxiliary.length)} testId="inferred-auxiliary" />
        </details>
      ) : null}
    </Section>
  )
}

function InferredTable({
  variables,
  label,
  testId,
}: {
  variables: TwinState['variables']
  label: string
  testId: string
}) {
  return (
    <Scroll label={label}>
      <table className={`${s.inferred} stack`} data-testid={testId}>
        <thead>
          <tr>
            <th scope="col">{t.now.variable}</th>
            <th scope="col" className="num">
              {t.now.belief}
            </th>
            <th scope="col" className="num">
              {t.now.prior}
            </th>
            <th scope="col">{t.now.shift}</th>
          </tr>
        </thead>
        <tbody>
          {variables.map((variable) => (
            <tr key={variable.name}>
              <th scope="row">
                {variable.label}
                {variable.meaning ? <div className={s.meaning}>{variable.meaning}</div> : null}
              </th>
              <td className="num" data-label={t.now.belief}>
                <Estimate summary={variable.belief} unit={variable.unit} name={variable.name} />
              </td>
              <td className="num quiet" data-label={t.now.prior}>
                <Estimate summary={variable.prior} unit={variable.unit} name={variable.name} bare />
              </td>
              <td>
                <Strip
                  summary={variable.belief}
                  behind={variable.prior}
                  domain={sharedDomain([variable.belief, variable.prior])}
                  width={190}
                />
                <span className="small quiet">{learnt(variable.belief, variable.prior)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}

/** What the data have done to a parameter, in words: where it has moved, and how much surer it is. */
function learnt(belief: SummaryFigures, prior: SummaryFigures): string {
  const factor = (prior.p95 - prior.p05) / Math.max(1e-12, belief.p95 - belief.p05)
  const moved = belief.p50 > prior.p75 ? [t.now.higher] : belief.p50 < prior.p25 ? [t.now.lower] : []
  const surer =
    factor >= 1.1 ? [t.now.narrower(formatNumber(factor, factor < 10 ? 1 : 0))] : factor < 0.9 ? [t.now.wider] : []
  return [...moved, ...surer].join(' · ') || t.now.notNarrower
}
