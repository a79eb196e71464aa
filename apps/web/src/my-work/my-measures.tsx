import { useState } from 'react'
import p from '../parts/parts.module.css'
import { Groups } from '../pictures/groups.tsx'
import { ownWorkStrings as o } from '../strings-own-work.ts'
import { type AboutFigure, Contest, ContestButton } from './contest.tsx'
import { useOwnWork } from './my-work.tsx'
import { OwnPicture } from './own-picture.tsx'
import { SaidOf } from './said-of.tsx'

/** One's own published measures, with their definitions, intervals and how much of the log they rest on. */
export function MyMeasuresPage() {
  const { pictures } = useOwnWork()
  const [figure, setFigure] = useState<AboutFigure | null>(null)
  return (
    <div className={p.page}>
      <p className={p.notice}>{o.myWork.onlyYou}</p>
      {pictures
        .filter((each) => each.kind === 'groups')
        .map((offer) => (
          <OwnPicture key={offer.name} offer={offer}>
            {(picture) =>
              picture.kind === 'groups' ? (
                <Groups
                  picture={picture}
                  action={(indicator, group) =>
                    group === picture.groups[0] ? (
                      <>
                        <SaidOf about={{ measure: indicator.name }} />
                        <ContestButton
                          label={indicator.label}
                          onPress={() => setFigure({ about: { measure: indicator.name }, label: indicator.label })}
                        />
                      </>
                    ) : null
                  }
                />
              ) : null
            }
          </OwnPicture>
        ))}
      {figure ? <Contest figure={figure} onClose={() => setFigure(null)} /> : null}
    </div>
  )
}
