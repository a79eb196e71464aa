import { Section } from '../parts/numbers.tsx'
import { strings as t } from '../strings.ts'
import { AcuityMark } from './acuity-mark.tsx'
import { type Placed, toLookAt } from './people.ts'
import { RiskFigures } from './person-drawer.tsx'
import s from './side.module.css'

/** Whom to look at again, with the reasons, and of whom the messages do not agree. */
export function Attention({ people, onOpen }: { people: readonly Placed[]; onOpen: (visit: string) => void }) {
  const look = toLookAt(people)
  const doubts = people.filter(({ person }) => person.doubt)
  return (
    <>
      <Section id="attention" title={t.attention.title}>
        <p className="small quiet">{t.attention.note}</p>
        {look.length === 0 ? <p>{t.attention.none}</p> : null}
        <ul className={s.looks} data-testid="attention">
          {look.map((placed) => (
            <li key={placed.person.id}>
              <AcuityMark acuity={placed.person.acuity} />
              <div>
                <Who placed={placed} onOpen={onOpen} />{' '}
                <span className="quiet">{[placed.area, placed.space].filter(Boolean).join(' ')}</span>{' '}
                <RiskFigures risk={placed.person.attention!.risk} />
                <p>
                  {said(placed.person.attention!.sentence)}{' '}
                  <span className="small quiet">{placed.person.attention!.reasons.join(' · ')}</span>
                </p>
              </div>
            </li>
          ))}
        </ul>
      </Section>
      <Section id="doubts" title={t.attention.doubts}>
        <p className="small quiet">{t.attention.doubtsNote}</p>
        {doubts.length === 0 ? <p>{t.attention.noDoubts}</p> : null}
        <ul className={s.looks} data-testid="doubts">
          {doubts.map((placed) => (
            <li key={placed.person.id}>
              <AcuityMark acuity={placed.person.acuity} />
              <div>
                <Who placed={placed} onOpen={onOpen} /> {placed.person.doubt}
              </div>
            </li>
          ))}
        </ul>
      </Section>
    </>
  )
}

/** The sentence without the figure that stands beside it with its interval, and without what the heading says. */
function said(sentence: string): string {
  const rest = sentence.replace(/\s*\([^)]*%\)/, '').replace(/^look again:\s*/i, '')
  return rest === '' ? '' : `${rest[0]!.toUpperCase()}${rest.slice(1)}.`.replace(/\.\.$/, '.')
}

function Who({ placed, onOpen }: { placed: Placed; onOpen: (visit: string) => void }) {
  return (
    <button type="button" onClick={() => onOpen(placed.person.id)}>
      {placed.person.label}
    </button>
  )
}
