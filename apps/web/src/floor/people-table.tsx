import { useState } from 'react'
import { writeStay } from '../format/time.ts'
import { useMinute } from '../live/clock.ts'
import { Choices } from '../parts/choice.tsx'
import { strings as t } from '../strings.ts'
import { AcuityMark } from './acuity-mark.tsx'
import marks from './marks.module.css'
import s from './people.module.css'
import {
  breachOf,
  type ListFilter,
  type ListSort,
  listFilters,
  listSorts,
  type Placed,
  passes,
  sortPeople,
} from './people.ts'
import { breachWords, describePerson } from './words.ts'

/** Everybody in the department, one row each; sorted and narrowed as the person wishes. */
export function PeopleTable({ people, onOpen }: { people: readonly Placed[]; onOpen: (visit: string) => void }) {
  const now = useMinute()
  const [filter, setFilter] = useState<ListFilter>('all')
  const [sort, setSort] = useState<{ by: ListSort; backwards: boolean }>({ by: 'acuity', backwards: false })
  const shown = sortPeople(
    people.filter((each) => passes(each, filter, now)),
    sort.by,
    sort.backwards,
  )
  return (
    <>
      <Choices
        label={t.peopleList.filterLabel}
        choices={listFilters.map((key) => ({
          key,
          label: t.peopleList.filters[key]!,
          count: people.filter((one) => passes(one, key, now)).length,
        }))}
        chosen={filter}
        onChoose={(key) => setFilter(key as ListFilter)}
      />
      {shown.length === 0 ? (
        <p className="quiet">{t.peopleList.none}</p>
      ) : (
        <table className={s.table} data-testid="people">
          <caption className="hidden">{t.peopleList.caption}</caption>
          <thead>
            <tr>
              {listSorts.map((by) => (
                <th
                  key={by}
                  scope="col"
                  data-column={by}
                  aria-sort={sort.by === by ? (sort.backwards ? 'descending' : 'ascending') : undefined}
                >
                  <button
                    type="button"
                    title={t.list.sortBy(t.peopleList.columns[by]!)}
                    onClick={() => setSort({ by, backwards: sort.by === by && !sort.backwards })}
                  >
                    {t.peopleList.columns[by]}
                    <span aria-hidden="true">{sort.by === by ? (sort.backwards ? ' ▴' : ' ▾') : ''}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((each) => (
              <Row key={each.person.id} placed={each} now={now} onOpen={onOpen} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

function Row({ placed, now, onOpen }: { placed: Placed; now: number; onOpen: (visit: string) => void }) {
  const { person, area, space } = placed
  const breach = breachOf(person, now)
  const words = breachWords(person, now)
  return (
    <tr data-breach={breach ?? undefined}>
      <td data-column="acuity">
        <AcuityMark acuity={person.acuity} />
        <span className="hidden">{person.acuity ?? t.floor.noAcuity}</span>
      </td>
      <th scope="row">
        <button type="button" aria-label={describePerson(placed, now)} onClick={() => onOpen(person.id)}>
          {person.label}
        </button>
        {person.attention ? <span className={marks.flag}> ⚑</span> : null}
        {person.doubt ? <span className={marks.doubt}>?</span> : null}
      </th>
      <td data-column="place">
        {area}
        {space === null ? null : <span className="quiet"> {space}</span>}
      </td>
      <td data-column="state">
        {t.floor.states[person.state]} <span className="quiet">{writeStay(now - person.since)}</span>
      </td>
      <td data-column="stay">
        {writeStay(now - person.arrived)}
        {words === null ? null : <div className={marks[breach!]}>▲ {words}</div>}
      </td>
    </tr>
  )
}
