import type { SubjectSummary, TwinKind } from '@counterpart/server/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { subjectsQuery } from '../api/queries.ts'
import { Age, CountWord, Estimate, Section } from '../parts/numbers.tsx'
import { strings as t } from '../strings.ts'
import { openRecommendations } from './order.ts'
import type { placeKinds } from './place.ts'
import s from './places.module.css'
import { subjectParams } from './subject-id.ts'
import { tempoOf } from './tempo.ts'

/** Departments or clinics, a line each, above the patients: what their twins say of them now. They keep their order: by name. */
export function Places(props: { of: (typeof placeKinds)[number]; kinds: readonly TwinKind[]; search: string }) {
  const list = useQuery(subjectsQuery(props.search, 50, props.of))
  const words = props.of === 'clinic' ? t.clinics : t.departments
  const subjects = list.data?.subjects ?? []
  if (subjects.length === 0) return null
  return (
    <CountWord value={props.of === 'department' ? t.people : ''}>
      <Section id={`${props.of}s`} title={words.title}>
        <ul className={s.list} data-testid={`${props.of}s`}>
          {subjects.map((subject) => (
            <Place key={subject.id} subject={subject} kinds={props.kinds} />
          ))}
        </ul>
      </Section>
    </CountWord>
  )
}

function Place({ subject, kinds }: { subject: SubjectSummary; kinds: readonly TwinKind[] }) {
  const params = subjectParams(subject)
  const twin = subject.twins[0]
  const kind = kinds.find((each) => each.kind === twin?.kind)
  const open = openRecommendations(subject)
  return (
    <li>
      <div className={s.name}>
        <Link to="/subjects/$kind/$id/now" params={params}>
          {subject.name ?? subject.id}
        </Link>
        <div className="small quiet">
          {kind?.label ?? t.list.noTwin}
          {twin ? (
            <>
              {' · '}
              <Age at={twin.asOf} staleAfter={tempoOf(kind).staleAfter} suffix />
            </>
          ) : null}
        </div>
      </div>
      {open > 0 ? (
        <Link to="/subjects/$kind/$id/do" params={params} className={s.flag}>
          {t.list.openRecommendations(open)}
        </Link>
      ) : null}
      <dl className={s.figures}>
        {twin?.headlines.map((headline) => (
          <div key={headline.quantity}>
            <dt>{headline.label}</dt>
            <dd>
              <Estimate
                summary={headline.summary}
                unit={headline.unit}
                name={headline.quantity}
                digits={headline.digits}
              />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  )
}
