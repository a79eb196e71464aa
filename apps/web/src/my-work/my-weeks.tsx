import { useState } from 'react'
import { calendarDayIn } from '../format/zoned.ts'
import p from '../parts/parts.module.css'
import { Load } from '../pictures/load.tsx'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import { type AboutFigure, Contest, ContestButton } from './contest.tsx'
import { useOwnWork } from './my-work.tsx'
import { OwnPicture } from './own-picture.tsx'
import { SaidOf } from './said-of.tsx'

/** One's own weeks: measured past, forecast of the next, which are likely to be overloaded and why. */
export function MyWeeksPage() {
  const { pictures, clinic } = useOwnWork()
  const [about, setAbout] = useState<AboutFigure | null>(null)
  return (
    <div className={p.page}>
      <p className={p.notice}>{o.myWork.onlyYou}</p>
      {pictures
        .filter((each) => each.kind === 'load')
        .map((offer) => (
          <OwnPicture key={offer.name} offer={offer}>
            {(picture) =>
              picture.kind === 'load' ? (
                <Load
                  picture={picture}
                  action={(_, index) => {
                    const period = picture.periods[index]
                    if (!period) return null
                    const week = calendarDayIn(clinic.timeZone, period.from)
                    const figure = { about: { week }, label: o.myWork.weekOf(period.label) }
                    return (
                      <>
                        <SaidOf about={figure.about} />
                        <ContestButton label={figure.label} onPress={() => setAbout(figure)} />
                      </>
                    )
                  }}
                />
              ) : null
            }
          </OwnPicture>
        ))}
      {about ? <Contest figure={about} onClose={() => setAbout(null)} /> : null}
    </div>
  )
}
