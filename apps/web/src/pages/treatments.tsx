import type { TwinState } from '@counterpart/server/contract'
import { writeWhen } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { Section, Why } from '../parts/numbers.tsx'
import { strings as t } from '../strings.ts'
import { PlannedDose } from './planned-dose.tsx'
import { useSubjectView } from './subject-context.ts'

interface Words {
  readonly treatments: string
  readonly treatment: string
  readonly noTreatments: string
}

/** What is in force now, with dose and times. */
export function Treatments({ state, words = t.now }: { state: TwinState; words?: Words }) {
  const now = useNow()
  const { kind } = useSubjectView()
  return (
    <Section id="treatments" title={words.treatments}>
      {state.treatments.length === 0 ? (
        <p className="quiet">{words.noTreatments}</p>
      ) : (
        <table className="stack" data-testid="treatments">
          <thead>
            <tr>
              <th scope="col">{words.treatment}</th>
              <th scope="col" className="num">
                {t.now.dose}
              </th>
              <th scope="col">{t.now.since}</th>
              <th scope="col">{t.now.until}</th>
              <th scope="col">
                <span className="hidden">{t.now.why}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {state.treatments.map((treatment) => (
              <tr key={`${treatment.intervention}${treatment.from}`}>
                <th scope="row">{treatment.label}</th>
                <td className="num">
                  <PlannedDose
                    dose={treatment.dose}
                    intervention={treatment.intervention}
                    kind={kind}
                    unit={treatment.unit}
                  />
                </td>
                <td>{writeWhen(treatment.from, now)}</td>
                <td>{treatment.until ? writeWhen(treatment.until, now) : t.now.furtherNotice}</td>
                <td>
                  <Why event={treatment.event} label={treatment.label} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
