import { useQuery } from '@tanstack/react-query'
import { clinicQuery } from '../api/clinic-queries.ts'
import { useMay } from '../app-context.tsx'
import { Section } from '../parts/numbers.tsx'
import { strings as t } from '../strings.ts'

/** How many of a clinic's people say that a figure of their own is wrong; never who. Nothing of other subjects. */
export function Contested({ subject }: { subject: string }) {
  const [kind, id = ''] = subject.split('/')
  const may = useMay('take-decision')
  const clinic = useQuery({ ...clinicQuery(id), enabled: kind === 'clinic' && may }).data
  if (!clinic) return null
  const { people, byPod, note } = clinic.contests
  const count = (value: number | null) => (value === null ? t.contested.tooFew : t.contested.people(value))
  return (
    <Section id="contested" title={t.contested.title}>
      <p>
        {t.contested.clinic}: {count(people)}. {note}
      </p>
      {byPod.length > 0 ? (
        <ul>
          {byPod.map((each) => (
            <li key={each.pod}>
              {clinic.pods.find((pod) => pod.code === each.pod)?.label ?? each.pod}: {count(each.people)}
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  )
}
