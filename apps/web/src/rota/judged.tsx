import type { RotaProposal } from '@counterpart/server/contract'
import { formatNumber } from '../format/number.ts'
import { unitText } from '../format/unit.ts'
import { Section } from '../parts/numbers.tsx'
import { clinicStrings as c } from '../strings-clinic.ts'
import s from './rota.module.css'

type Result = NonNullable<RotaProposal['result']>

/** How well a proposed rota keeps each rule, and how evenly it treats people. */
export function Judged({ result }: { result: Result }) {
  return (
    <div className={s.judged}>
      <Section id="rules" title={c.rota.rules} aside={c.rota.costNote}>
        <table className="stack" data-testid="rota-rules">
          <thead>
            <tr>
              <th scope="col">{c.rota.rule}</th>
              <th scope="col">{c.rota.kept}</th>
              <th scope="col" className="num">
                {c.rota.cost}
              </th>
            </tr>
          </thead>
          <tbody>
            {result.rules.map((rule) => (
              <tr key={rule.name}>
                <th scope="row">{rule.label}</th>
                <td data-label={c.rota.kept}>{rule.kept}</td>
                <td className="num" data-label={c.rota.cost}>
                  {rule.cost === null ? '–' : formatNumber(rule.cost, Number.isInteger(rule.cost) ? 0 : 1)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
      <Section id="rota-fairness" title={c.rota.fairness}>
        <table className="stack" data-testid="rota-fairness">
          <thead>
            <tr>
              <th scope="col">{c.rota.what}</th>
              <th scope="col" className="num">
                {c.rota.value}
              </th>
              <th scope="col">{c.rota.note}</th>
            </tr>
          </thead>
          <tbody>
            {result.fairness.map((each) => (
              <tr key={each.label}>
                <th scope="row">{each.label}</th>
                <td className="num" data-label={c.rota.value}>
                  {formatNumber(each.value, Number.isInteger(each.value) ? 0 : 2)} {unitText(each.unit, each.value)}
                </td>
                <td data-label={c.rota.note} className="quiet">
                  {each.note ?? '–'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Section>
    </div>
  )
}
