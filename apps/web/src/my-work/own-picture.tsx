import type { OwnWork, PictureData } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ownPictureQuery } from '../api/clinic-queries.ts'
import { writeClock } from '../format/time.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { Loading, ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'

/** A picture of one's own work with its heading; `children` draws it. */
export function OwnPicture(props: {
  readonly offer: OwnWork['pictures'][number]
  readonly children: (picture: PictureData) => ReactNode
}) {
  const { offer } = props
  const drawn = useQuery(ownPictureQuery(offer.name))
  const picture = drawn.data
  const at = picture && 'asOf' in picture ? picture.asOf : undefined
  return (
    <Section
      id={`picture-${offer.name}`}
      title={picture?.title ?? offer.label}
      aside={
        <>
          {at === undefined ? null : t.subject.asOf(writeClock(at))}{' '}
          <button type="button" className={p.link} disabled={drawn.isFetching} onClick={() => void drawn.refetch()}>
            {t.pictureOf.again}
          </button>
        </>
      }
    >
      {drawn.error && !picture ? <ProblemNote error={drawn.error} retry={() => void drawn.refetch()} /> : null}
      {drawn.isPending ? <Loading /> : null}
      {picture ? props.children(picture) : null}
    </Section>
  )
}
