import type { PictureData, PictureOffer } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { pictureQuery } from '../api/queries.ts'
import { useMay } from '../app-context.tsx'
import { Curves } from '../charts/curves.tsx'
import { writeClock, writeDuration } from '../format/time.ts'
import { useNow } from '../live/clock.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { DaySheet } from './day-sheet.tsx'
import { Pathway } from './pathway.tsx'
import s from './pictures.module.css'
import { PressureTimeline } from './pressure.tsx'
import { StressReport } from './stress.tsx'

/** A picture with its heading: live ones are there at once, long ones when asked for. */
export function PictureSection({ twin, offer }: { twin: string; offer: PictureOffer }) {
  const may = useMay('run-what-if')
  const drawn = useQuery({ ...pictureQuery(twin, offer), enabled: offer.live })
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
      {asked ? <Progress usual={data?.took} /> : null}
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

/** How long it has been drawing, and how long it took last time. */
function Progress({ usual }: { usual: number | undefined }) {
  const now = useNow()
  const [began, setBegan] = useState<number | null>(null)
  useEffect(() => setBegan((before) => before ?? now), [now])
  const elapsed = Math.max(0, now - (began ?? now))
  const said = [
    t.pictureOf.drawing(writeDuration(elapsed)),
    ...(usual ? [t.pictureOf.usual(writeDuration(usual))] : []),
  ]
  return (
    <p className={s.progress}>
      <progress aria-label={t.now.drawing} {...(usual ? { max: usual, value: Math.min(usual * 0.97, elapsed) } : {})} />{' '}
      {said.join(' · ')}. <span className="quiet">{t.pictureOf.leave}</span>
    </p>
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
    case 'floor':
      return <p>{picture.description}</p>
  }
}
