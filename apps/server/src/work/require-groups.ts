import type { ClinicLayoutDetail, SubjectId } from '@counterpart/kernel'
import { RequestError } from '../http/problem.ts'
import type { Platform } from '../platform.ts'
import { layoutOf } from './clinic-state.ts'

interface OnParts {
  readonly on?: readonly string[] | undefined
}

/**
 * What a change would do to a few people, less what is expected of all, tells of these few. So a what-if on parts of a clinic
 * names pods that each have its minimum cell, and leaves out as many people or none: then no difference of two answers is
 * about fewer. Throws `too-few-people` (422).
 */
export async function requireGroups(
  platform: Pick<Platform, 'subjects'>,
  subject: SubjectId,
  planned: readonly OnParts[],
): Promise<void> {
  const layout = subject.startsWith('clinic/') ? await layoutOf(platform.subjects, subject) : undefined
  if (!layout || planned.every((each) => concernsGroups(layout, each))) return
  throw new RequestError(
    422,
    'too-few-people',
    `A what-if may not single people out: choose pods with ${layout.minimumCell} people or more, and leave out as many or none.`,
  )
}

/** Whether all these changes are about groups, so that what is expected of them may be told. */
export async function areAboutGroups(
  platform: Pick<Platform, 'subjects'>,
  subject: SubjectId,
  planned: readonly OnParts[],
): Promise<boolean> {
  const layout = subject.startsWith('clinic/') ? await layoutOf(platform.subjects, subject) : undefined
  return !layout || planned.every((each) => concernsGroups(layout, each))
}

function concernsGroups({ providers, minimumCell }: ClinicLayoutDetail, { on }: OnParts): boolean {
  if (on === undefined) return true
  const people = (pod: string) => providers.filter((each) => each.pod === pod).length
  const leftOut = providers.filter(({ pod }) => !on.includes(pod)).length
  return on.length > 0 && on.every((pod) => people(pod) >= minimumCell) && (leftOut === 0 || leftOut >= minimumCell)
}
