import type { FloorPicture, PersonMark } from '@counterpart/server/contract'
import { useRef } from 'react'
import { writeStay } from '../format/time.ts'
import { useMinute } from '../live/clock.ts'
import { strings as t } from '../strings.ts'
import { AcuityMark } from './acuity-mark.tsx'
import s from './floor.module.css'
import marks from './marks.module.css'
import { breachOf, queueOrder, shortCodes } from './people.ts'
import { Staff } from './staff.tsx'
import { useMoves } from './use-moves.ts'
import { breachWords, describePerson, stateFor } from './words.ts'

type Area = FloorPicture['areas'][number]

/** The rooms of a department: bays where they are few, a queue where people wait; people walk as events come in. */
export function FloorView({ floor, onOpen }: { floor: FloorPicture; onOpen: (visit: string) => void }) {
  const holder = useRef<HTMLDivElement>(null)
  useMoves(holder, floor, floor.areas.map((area) => `${area.code}${area.spaces.length}`).join())
  const queues = floor.areas.filter((area) => area.spaces.length === 0)
  const rooms = floor.areas.filter((area) => area.spaces.length > 0)
  return (
    <div className={s.floor} ref={holder} data-testid="floor">
      {queues.length > 0 ? (
        <div className={s.queues}>
          {queues.map((area) => (
            <Queue key={area.code} area={area} onOpen={onOpen} />
          ))}
          <Staff staff={floor.staff} />
        </div>
      ) : (
        <Staff staff={floor.staff} />
      )}
      <div className={s.rooms}>
        {rooms.map((area) => (
          <Room key={area.code} area={area} onOpen={onOpen} />
        ))}
      </div>
    </div>
  )
}

function Queue({ area, onOpen }: { area: Area; onOpen: (visit: string) => void }) {
  const people = queueOrder(area.people)
  return (
    <section className={s.area} data-role={area.role} aria-label={area.label} data-many={people.length > 18}>
      <h3>
        {area.label} <span>{t.floor.waitingCount(people.length)}</span>
      </h3>
      <ol className={s.queue}>
        {people.map((person) => (
          <li key={person.id}>
            <Waiting person={person} area={area} onOpen={onOpen} />
          </li>
        ))}
      </ol>
      {people.length > 1 ? <p className={s.without}>{t.floor.queueOrder}</p> : null}
    </section>
  )
}

function Room({ area, onOpen }: { area: Area; onOpen: (visit: string) => void }) {
  const used = area.spaces.filter((space) => space.person).length
  const short = shortCodes(area.spaces.map((space) => space.code))
  const closed = area.spaces.filter((space) => space.closed !== undefined && !space.person).length
  const open = area.spaces.length - closed
  return (
    <section
      className={s.area}
      data-role={area.role}
      data-full={open > 0 && used >= open}
      data-empty={used + area.people.length === 0}
      aria-label={area.label}
      style={{ flexGrow: area.spaces.length, flexBasis: `calc(${Math.min(area.spaces.length, 4)} * var(--tile))` }}
    >
      <h3>
        {area.label} <span>{t.floor.inUse(used, area.spaces.length, closed)}</span>
      </h3>
      <ul className={s.spaces}>
        {area.spaces.map((space) => (
          <li key={space.code}>
            {space.person ? (
              <Bay
                person={space.person}
                area={area}
                space={space.code}
                short={short.get(space.code)!}
                onOpen={onOpen}
              />
            ) : (
              <div
                className={s.empty}
                data-closed={space.closed !== undefined}
                title={space.closed === undefined ? undefined : t.floor.closed(space.closed)}
              >
                <span className={s.code}>{short.get(space.code)}</span>
                <span>{space.closed === undefined ? t.floor.free : t.floor.closedShort}</span>
              </div>
            )}
          </li>
        ))}
      </ul>
      {area.people.length > 0 ? (
        <>
          <p className={s.without}>{t.floor.noSpace}</p>
          <ul className={s.queue}>
            {queueOrder(area.people).map((person) => (
              <li key={person.id}>
                <Waiting person={person} area={area} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </section>
  )
}

interface MarkProps {
  readonly person: PersonMark
  readonly area: Area
  readonly space: string
  readonly onOpen: (visit: string) => void
}

/** Somebody in a bay. What is seen is said in one sentence to those who hear it. */
function Bay({ person, area, space, short, onOpen }: MarkProps & { short: string }) {
  const now = useMinute()
  return (
    <button
      type="button"
      className={s.bay}
      data-person={person.id}
      data-breach={breachOf(person, now) ?? undefined}
      data-state={person.state}
      onClick={() => onOpen(person.id)}
    >
      <Said person={person} area={area} space={space} now={now} />
      <span className={s.code} aria-hidden="true">
        {short}
      </span>
      <span className={s.who} aria-hidden="true">
        <AcuityMark acuity={person.acuity} />
        <strong>{person.label}</strong>
        <Signs person={person} />
      </span>
      <span aria-hidden="true">{stateFor(person, now)}</span>
      <Breach person={person} now={now} />
    </button>
  )
}

/** Somebody in a queue: one line. */
function Waiting({ person, area, onOpen }: Omit<MarkProps, 'space'>) {
  const now = useMinute()
  return (
    <button
      type="button"
      className={s.waiting}
      data-person={person.id}
      data-breach={breachOf(person, now) ?? undefined}
      onClick={() => onOpen(person.id)}
    >
      <Said person={person} area={area} now={now} />
      <AcuityMark acuity={person.acuity} />
      <strong aria-hidden="true">{person.label}</strong>
      <span aria-hidden="true">
        {person.state === 'waiting' ? writeStay(now - person.since) : stateFor(person, now)}
      </span>
      <Signs person={person} />
      <Breach person={person} now={now} />
    </button>
  )
}

function Said({ person, area, space, now }: Omit<MarkProps, 'onOpen' | 'space'> & { space?: string; now: number }) {
  return (
    <span className="hidden">
      {describePerson({ person, area: area.label, role: area.role, space: space ?? null }, now)}
    </span>
  )
}

function Breach({ person, now }: { person: PersonMark; now: number }) {
  const words = breachWords(person, now)
  if (words === null) return null
  return (
    <span className={marks[breachOf(person, now)!]} aria-hidden="true">
      ▲ {words}
    </span>
  )
}

function Signs({ person }: { person: PersonMark }) {
  return (
    <>
      {person.attention ? (
        <span className={marks.flag} title={t.floor.lookAgain} aria-hidden="true">
          ⚑
        </span>
      ) : null}
      {person.doubt ? (
        <span className={marks.doubt} title={t.floor.uncertain} aria-hidden="true">
          ?
        </span>
      ) : null}
    </>
  )
}
