import type { FloorPicture, PictureOffer } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { pictureQuery, twinQuery } from '../api/queries.ts'
import { useSession } from '../app-context.tsx'
import { AcuityMark } from '../floor/acuity-mark.tsx'
import { Attention } from '../floor/attention.tsx'
import { FloorView } from '../floor/floor-view.tsx'
import marks from '../floor/marks.module.css'
import { placedPeople, toLookAt } from '../floor/people.ts'
import { PeopleTable } from '../floor/people-table.tsx'
import { PersonDrawer } from '../floor/person-drawer.tsx'
import { useHeld } from '../floor/use-held.ts'
import { writeClock } from '../format/time.ts'
import { CountWord, Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { PictureSection } from '../pictures/picture-section.tsx'
import { strings as t } from '../strings.ts'
import { DecideStrip } from './decide-strip.tsx'
import s from './department.module.css'
import { Inferred } from './inferred.tsx'
import { useSubjectView } from './subject-context.ts'
import { Treatments } from './treatments.tsx'
import { VitalStrip } from './vital-strip.tsx'

/** A department as it is this minute: what to do first, the vital few, everybody on the floor and in a list. */
export function DepartmentNow() {
  const { twin, kind } = useSubjectView()
  const state = useQuery(twinQuery(twin!.id))
  if (state.error && !state.data) return <ProblemNote error={state.error} retry={() => void state.refetch()} />
  if (!state.data || !kind) return <Loading />
  const offers = (...kinds: PictureOffer['kind'][]) => kind.pictures.filter((each) => kinds.includes(each.kind))
  return (
    <div className={s.page}>
      <DecideStrip />
      <VitalStrip state={state.data} />
      {offers('floor').map((offer) => (
        <LiveFloor key={offer.name} twin={twin!.id} offer={offer} />
      ))}
      {offers('day').map((offer) => (
        <PictureSection key={offer.name} twin={twin!.id} offer={offer} />
      ))}
      <Treatments state={state.data} words={t.measures} />
      {offers('pathway').map((offer) => (
        <PictureSection key={offer.name} twin={twin!.id} offer={offer} />
      ))}
      <details>
        <summary>{t.floor.learnt(state.data.variables.filter((each) => !each.auxiliary).length)}</summary>
        <CountWord value="">
          <Inferred state={state.data} />
        </CountWord>
      </details>
    </div>
  )
}

function LiveFloor({ twin, offer }: { twin: string; offer: PictureOffer }) {
  const drawn = useQuery(pictureQuery(twin, offer))
  const picture = drawn.data?.picture
  if (drawn.error && !picture) return <ProblemNote error={drawn.error} retry={() => void drawn.refetch()} />
  if (!picture) return <Loading />
  return picture.kind === 'floor' ? <Floor fresh={picture} /> : null
}

function Floor({ fresh }: { fresh: FloorPicture }) {
  const [visit, setVisit] = useState<string | null>(null)
  const { shown, waiting, holding, release } = useHeld(fresh)
  const people = useMemo(() => placedPeople(shown), [shown])
  const mayOpenPatient = useSession().may.includes('view-subject')
  if (fresh.areas.length === 0) return <p className={p.empty}>{t.floor.missing}</p>
  return (
    <>
      <nav className={`${s.jump} no-print`} aria-label={t.floor.jump}>
        {[
          ['people', `${t.floor.listTitle} ${people.length}`],
          ['floor', t.floor.floorTitle],
          ['attention', `${t.attention.title} ${toLookAt(people).length}`],
        ].map(([id, label]) => (
          <a key={id} href={`#${id}`}>
            {label}
          </a>
        ))}
      </nav>
      <div className={s.live} {...holding}>
        <Section id="people" title={t.floor.listTitle} aside={t.floor.waitingCount(people.length)}>
          <PeopleTable people={people} onOpen={setVisit} />
        </Section>
        <div className={s.page}>
          <Section
            id="floor"
            title={shown.title}
            aside={
              <span role="status" className={s.note}>
                {waiting ? (
                  <>
                    {t.floor.held}{' '}
                    <button type="button" className={s.show} onClick={release}>
                      {t.floor.showNow}
                    </button>
                  </>
                ) : (
                  `${t.floor.stale} ${writeClock(shown.asOf)}`
                )}
              </span>
            }
          >
            <FloorView floor={shown} onOpen={setVisit} />
            <p className="hidden">{shown.description}</p>
            <Key />
          </Section>
          <Attention people={people} onOpen={setVisit} />
        </div>
      </div>
      {visit === null ? null : (
        <PersonDrawer
          placed={placedPeople(fresh).find((each) => each.person.id === visit)}
          mayOpenPatient={mayOpenPatient}
          onClose={() => setVisit(null)}
        />
      )}
    </>
  )
}

function Key() {
  return (
    <p className={s.key}>
      {t.floor.acuities.map((words, index) => (
        <span key={words}>
          <AcuityMark acuity={(index + 1) as 1 | 2 | 3 | 4 | 5} />
          {words.replace(/^\d /, '')}
        </span>
      ))}
      <span>
        <AcuityMark acuity={null} />
        {t.floor.untriaged}
      </span>
      <span>
        <span className={marks.flag}>⚑</span>
        {t.floor.lookAgain}
      </span>
      <span>
        <span className={marks.doubt}>?</span>
        {t.floor.uncertain}
      </span>
    </p>
  )
}
