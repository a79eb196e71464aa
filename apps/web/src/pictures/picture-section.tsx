import type { PictureData, PictureOffer } from '@counterpart/server/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { drawingQuery, pictureQuery, stopDrawing } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { Curves } from '../charts/curves.tsx'
import { writeClock, writeDuration } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { DaySheet } from './day-sheet.tsx'
import { Groups } from './groups.tsx'
import { howFar } from './how-far.ts'
import { Load } from './load.tsx'
import { Pathway } from './pathway.tsx'
import s from './pictures.module.css'
import { PressureTimeline } from './pressure.tsx'
import { StressReport } from './stress.tsx'

/** A picture with its heading: live ones are there at once, long ones when asked for, or `atOnce` where one came to see them. */
export function PictureSection({
  twin,
  offer,
  atOnce = false,
}: {
  twin: string
  offer: PictureOffer
  atOnce?: boolean
}) {
  const may = useMay('run-what-if')
  const drawn = useQuery({ ...pictureQuery(twin, offer), enabled: offer.live || (atOnce && may) })
  const { data, isFetching } = drawn
  const asked = !offer.live && isFetching
  const aside =
    data && !offer.live ? (
      <>
        {t.pictureOf.drawnAt(writeClock(data.at))}{' '}
        <button type="button" className={p.link} disabled={isFetching} onClick={() => void drawn.refetch()}>
          {t.pictureOf.again}
        </button>
      </>
    ) : null
  return (
    <Section id={`picture-${offer.name}`} title={data?.picture.title ?? offer.label} aside={aside}>
      {drawn.error && !isFetching ? <ProblemNote error={drawn.error} retry={() => void drawn.refetch()} /> : null}
      {asked ? <Progress twin={twin} name={offer.name} usual={data?.took} /> : null}
      {data ? <PictureView picture={data.picture} /> : null}
      {offer.live && drawn.isPending ? <p className={p.empty}>{t.now.drawing}</p> : null}
      {data || offer.live || asked || drawn.error ? null : (
        <div className={s.ask}>
          <p className="quiet">{may ? t.pictureOf.heavy : t.pictureOf.mayNot}</p>
          {may ? (
            <button type="button" className={p.primary} onClick={() => void drawn.refetch()}>
              {t.pictureOf.draw}
              <span className="hidden">: {offer.label}</span>
            </button>
          ) : null}
        </div>
      )}
    </Section>
  )
}

/** How much is done, how long it has taken and how long it may still take; and the way to stop it. */
function Progress({ twin, name, usual }: { twin: string; name: string; usual: number | undefined }) {
  const client = useQueryClient()
  const now = useNow()
  const [began, setBegan] = useState<number | null>(null)
  useEffect(() => setBegan((before) => before ?? now), [now])
  const told = useQuery(drawingQuery(twin, name)).data?.drawing
  const elapsed = Math.max(0, told?.elapsed ?? now - (began ?? now))
  const { part, left } = howFar(told ?? null, elapsed, usual)
  const said = [
    ...(told?.of ? [t.pictureOf.parts(told.done ?? 0, told.of)] : []),
    t.pictureOf.drawing(writeDuration(elapsed)),
    ...(left === undefined ? [] : [t.pictureOf.left(writeDuration(left))]),
  ]
  return (
    <div className={s.progress}>
      <progress aria-label={t.now.drawing} {...(part === undefined ? {} : { max: 1, value: part })} />
      <span>
        {said.join(' · ')}. <span className="quiet">{t.pictureOf.leave}</span>
      </span>
      <button type="button" className={p.button} onClick={() => void stopDrawing(client, twin, name)}>
        {t.pictureOf.stop}
      </button>
    </div>
  )
}

/** Any picture, drawn as fits its kind. Floors have a page of their own. */
function PictureView({ picture }: { picture: PictureData }) {
  switch (picture.kind) {
    case 'curves':
      return <Curves label={picture.title} pictures={[{ name: t.subject.now, picture, tone: 'accent' }]} />
    case 'pressure':
      return <PressureTimeline picture={picture} />
    case 'stress':
      return <StressReport picture={picture} />
    case 'pathway':
      return <Pathway picture={picture} />
    case 'day':
      return <DaySheet picture={picture} />
    case 'load':
      return <Load picture={picture} />
    case 'groups':
      return <Groups picture={picture} />
    case 'floor':
      return <p>{picture.description}</p>
  }
}
