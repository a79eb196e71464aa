/** Departments and clinics of the fixture server: what answers for each of them. */
import type {
  ForecastBands,
  PictureData,
  RecommendationThread,
  Score,
  SubjectSummary,
  TwinState,
} from '@counterpart/server/contract'
import {
  clinicBands,
  clinicForecasts,
  clinicHistory,
  clinicScores,
  clinicState,
  clinicSubject,
  clinicSummary,
} from './fixture-clinic.ts'
import { clinicRecommendation } from './fixture-clinic-advice.ts'
import { clinicPicture } from './fixture-clinic-pictures.ts'
import {
  departmentBands,
  departmentForecasts,
  departmentHistory,
  departmentPicture,
  departmentRecommendation,
  departmentScores,
  departmentState,
  departmentSummary,
  departments,
} from './fixture-department.ts'

export interface Place {
  readonly subject: string
  summary(now: number, open: number): SubjectSummary
  state(now: number): TwinState
  bands(now: number, less: number, name: string): { scenario: ForecastBands; difference: ForecastBands['quantities'] }
  history(from: number, now: number): readonly object[]
  scores(): Score[]
  forecasts(quantity: string, now: number): object
  picture(name: string, now: number, moves: number): PictureData | undefined
  recommendation?(now: number): RecommendationThread
}

export const places: readonly Place[] = [
  ...departments.map(
    (subject): Place => ({
      subject,
      summary: (now, open) => departmentSummary(subject, now, open),
      state: (now) => departmentState(subject, now),
      bands: departmentBands,
      history: departmentHistory,
      scores: departmentScores,
      forecasts: departmentForecasts,
      picture: departmentPicture,
      ...(subject === 'department/north-ed' ? { recommendation: departmentRecommendation } : {}),
    }),
  ),
  {
    subject: clinicSubject,
    summary: clinicSummary,
    state: clinicState,
    bands: clinicBands,
    history: clinicHistory,
    scores: clinicScores,
    forecasts: clinicForecasts,
    picture: clinicPicture,
    recommendation: clinicRecommendation,
  },
]
