import type { Clinic, RotaWeek } from '@counterpart/server/contract'
import { Fragment } from 'react'
import { writeCalendarDay } from '../format/zoned.ts'
import { Scroll } from '../parts/scroll.tsx'
import { clinicStrings as c } from '../strings-clinic.ts'
import { cellsOf, type HalfDay, type HalfDayCell, halfDaysOf, inClinic } from './half-days.ts'
import s from './rota.module.css'

/** A week of everybody, or of one pod: half-days across, people down, and how many see patients in each pod. */
export function RotaGrid(props: { clinic: Clinic; rota: readonly RotaWeek[]; week: string; pod: string | undefined }) {
  const { clinic, rota, week } = props
  const halfDays = halfDaysOf(week, rota, clinic.timeZone)
  const days = [...new Set(halfDays.map((each) => each.day))]
  const ofWeek = rota.filter((each) => each.week === week)
  const pods = clinic.pods.filter((each) => props.pod === undefined || each.code === props.pod)
  return (
    <>
      <p className={s.key} aria-hidden="true">
        {Object.entries(c.rota.works).map(([work, label]) => (
          <span key={work}>
            <i className={s.cell} data-work={work}>
              {c.rota.letters[work]}
            </i>{' '}
            {label}
          </span>
        ))}
        <span>
          <i className={s.cell} data-work="away">
            {c.rota.awayLetter}
          </i>{' '}
          {c.rota.away}
        </span>
      </p>
      <Scroll label={c.rota.title}>
        <table className={s.grid} data-testid="rota">
          <caption className="hidden">{c.rota.caption(writeCalendarDay(week, 'full'))}</caption>
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>
                {c.rota.person}
              </th>
              {days.map((day) => (
                <th key={day} scope="colgroup" colSpan={2}>
                  {writeCalendarDay(day)}
                </th>
              ))}
            </tr>
            <tr>
              {halfDays.map((each) => (
                <th key={`${each.day}${each.half}`} scope="col" className={each.half === 'pm' ? s.dayEnd : undefined}>
                  {c.rota[each.half]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pods.map((pod) => {
              const people = clinic.people.filter((each) => each.pod === pod.code)
              const rows = people.map((each) =>
                cellsOf(each.provider, halfDays, ofWeek, clinic.absences, clinic.timeZone),
              )
              return (
                <Fragment key={pod.code}>
                  <tr className={s.pod}>
                    <th scope="row">{c.rota.seeing(pod.label)}</th>
                    {inClinic(rows, halfDays).map((count, index) => (
                      <td
                        key={keyOf(halfDays[index]!)}
                        className={halfDays[index]!.half === 'pm' ? s.dayEnd : undefined}
                      >
                        {count}
                      </td>
                    ))}
                  </tr>
                  {people.map((person, row) => (
                    <tr key={person.provider}>
                      <th scope="row">
                        {person.label}
                        <span className={s.worked}>
                          {' '}
                          {c.rota.halfDays(rows[row]!.filter((each) => each.works.length > 0 && !each.away).length)}
                        </span>
                      </th>
                      {rows[row]!.map((cell, index) => (
                        <Half key={keyOf(halfDays[index]!)} cell={cell} halfDay={halfDays[index]!} />
                      ))}
                    </tr>
                  ))}
                </Fragment>
              )
            })}
          </tbody>
        </table>
      </Scroll>
    </>
  )
}

const keyOf = ({ day, half }: HalfDay) => `${day}${half}`

function Half({ cell, halfDay }: { cell: HalfDayCell; halfDay: HalfDay }) {
  const [work, ...others] = cell.works
  const words = cell.away
    ? c.rota.away
    : work
      ? cell.works.map((each) => c.rota.works[each] ?? each).join(', ')
      : c.rota.free
  const title = `${writeCalendarDay(halfDay.day)}, ${c.rota.halves[halfDay.half]}: ${words}`
  return (
    <td className={halfDay.half === 'pm' ? s.dayEnd : undefined} title={title}>
      <span className="hidden">{words}</span>
      <span aria-hidden="true" className={s.cell} data-work={cell.away ? 'away' : (work ?? 'free')}>
        {cell.away ? c.rota.awayLetter : work ? (c.rota.letters[work] ?? work) : ''}
        {!cell.away && others.length > 0 ? (
          <small>{others.map((each) => c.rota.letters[each] ?? each).join('')}</small>
        ) : null}
      </span>
    </td>
  )
}
