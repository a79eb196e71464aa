import type { FloorPicture } from '@counterpart/server/contract'
import { AcuityMark } from '../floor/acuity-mark.tsx'
import marks from '../floor/marks.module.css'
import { breachOf, queueOrder } from '../floor/people.ts'
import { targetOf } from '../floor/words.ts'
import { writeStay } from '../format/time.ts'
import { useMinute } from '../live/clock.ts'
import { strings as t } from '../strings.ts'
import s from './wall.module.css'

type Area = FloorPicture['areas'][number]

/** Area by area how full it is and how ill those in it are: marks of acuity, nobody's name or label. */
export function WallFloor({ floor }: { floor: FloorPicture }) {
  return (
    <section className={s.floor} aria-label={floor.title} data-testid="wall-floor">
      <p className="hidden">{floor.description}</p>
      {floor.areas.map((area) => (
        <AreaRow key={area.code} area={area} />
      ))}
      <p className={s.duty}>
        {floor.staff.map((each) => (
          <span key={each.role}>
            {each.label} <strong>{each.onDuty}</strong>
          </span>
        ))}
      </p>
    </section>
  )
}

function AreaRow({ area }: { area: Area }) {
  const now = useMinute()
  const inSpaces = area.spaces.flatMap(({ person }) => person ?? [])
  const everybody = [...inSpaces, ...area.people]
  const usable = area.spaces.filter(({ person, closed }) => person !== null || closed === undefined).length
  const shut = area.spaces.length > 0 && usable === 0
  const past = everybody.filter((each) => breachOf(each, now) === 'past')
  const longest = Math.max(0, ...area.people.map((each) => now - each.arrived))
  return (
    <div className={s.area} data-full={usable > 0 && inSpaces.length >= usable} data-shut={shut}>
      <h3>{area.label}</h3>
      <p className={s.count}>
        {area.spaces.length === 0
          ? String(area.people.length)
          : shut
            ? t.floor.closedShort
            : t.wall.ofSpaces(inSpaces.length, usable)}
      </p>
      <p className={s.marks} aria-hidden="true">
        {queueOrder(everybody).map((each) => (
          <AcuityMark key={each.id} acuity={each.acuity} />
        ))}
        {Array.from({ length: Math.max(0, usable - inSpaces.length) }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: free spaces are alike
          <i key={index} className={s.free} />
        ))}
      </p>
      <p className={s.notes}>
        {past.length > 0 ? (
          <span className={marks.past}>▲ {t.wall.overTarget(past.length, targetOf(past[0]!))}</span>
        ) : null}
        {area.spaces.length === 0 && longest > 0 ? <span>{t.wall.longest(writeStay(longest))}</span> : null}
      </p>
    </div>
  )
}
