import { useQuery } from '@tanstack/react-query'
import { ownLookedQuery } from '../api/clinic-queries.ts'
import { formatNumber } from '../format/number.ts'
import { writeDayIn, writeWhenIn } from '../format/zoned.ts'
import { gathered, personOf } from '../pages/gathered.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { strings as t } from '../strings.ts'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import { Erase } from './erase.tsx'
import { useOwnWork } from './my-work.tsx'

/** What is held of this person, who may see what, and who has looked. */
export function MyDataPage() {
  const { held, clinic } = useOwnWork()
  return (
    <div className={p.page} style={{ gap: 32 }}>
      <Section id="held" title={o.own.held}>
        <p>{o.own.heldLead(clinic.minimumCell)}</p>
        <Scroll label={o.own.held}>
          <table className="stack" data-testid="held">
            <thead>
              <tr>
                <th scope="col">{o.own.what}</th>
                <th scope="col">{o.own.howMuch}</th>
                <th scope="col">{o.own.span}</th>
                <th scope="col">{o.own.seenBy}</th>
                <th scope="col">{o.own.erasable}</th>
              </tr>
            </thead>
            <tbody>
              {held.map((each) => (
                <tr key={each.what}>
                  <th scope="row">{each.label}</th>
                  <td data-label={o.own.howMuch}>{formatNumber(each.count, 0)}</td>
                  <td data-label={o.own.span}>
                    {each.from === null || each.until === null
                      ? '–'
                      : o.own.fromTo(writeDayIn(clinic.timeZone, each.from), writeDayIn(clinic.timeZone, each.until))}
                  </td>
                  <td data-label={o.own.seenBy}>{each.seenBy}</td>
                  <td data-label={o.own.erasable}>{each.erasable ? o.own.canErase : o.own.cannotErase}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <Erase />
      </Section>
      <Section id="looked" title={t.trust.looked}>
        <Looked zone={clinic.timeZone} />
      </Section>
    </div>
  )
}

function Looked({ zone }: { zone: string }) {
  const looked = useQuery(ownLookedQuery)
  if (looked.error) return <ProblemNote error={looked.error} retry={() => void looked.refetch()} />
  if (!looked.data) return <Loading />
  if (looked.data.entries.length === 0) return <p className="quiet">{t.trust.nobody}</p>
  return (
    <Scroll label={t.trust.looked}>
      <table className="stack" data-testid="own-looked">
        <thead>
          <tr>
            <th scope="col">{t.audit.who}</th>
            <th scope="col">{t.audit.action}</th>
            <th scope="col">{o.own.about}</th>
            <th scope="col">{t.looked.last}</th>
            <th scope="col">{t.looked.times}</th>
            <th scope="col">{t.audit.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {gathered(looked.data.entries).map(({ entry, times }) => (
            <tr key={entry.event}>
              <th scope="row">
                {personOf(entry.who)} <span className={p.unit}>{t.roles[entry.role] ?? entry.role}</span>
              </th>
              <td data-label={t.audit.action}>{entry.what}</td>
              <td data-label={o.own.about}>{o.own.abouts[entry.about]}</td>
              <td data-label={t.looked.last}>{writeWhenIn(zone, entry.at)}</td>
              <td data-label={t.looked.times}>{times}</td>
              <td data-label={t.audit.outcome}>{t.audit.outcomes[entry.outcome]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
