import { Type } from 'typebox';
import { type Route, route } from './route.ts';
import { Label, list, Mode, Nullable } from './schema.ts';

const PolicyGate = Type.Object({ mode: Mode, delayMs: Type.Optional(Type.Integer()) });

export const siteRoutes: Route[] = [
  route({
    method: 'GET',
    url: '/api/site',
    summary: 'Who provides this service, and where its media is',
    permission: 'anyone',
    answer: Type.Object({
      providerName: Type.String(),
      icp: Nullable(Type.String()),
      hotline: Nullable(Type.String()),
      mediaUrl: Type.String(),
      rtmpUrl: Type.String(),
      demo: Type.Boolean(),
      simulated: Type.Boolean({ description: 'its clock is moved by order: a trial' }),
    }),
    run: ({ control: { config, edges, simulation } }) => ({
      providerName: config.providerName,
      icp: config.providerIcp ?? null,
      hotline: config.providerHotline ?? null,
      mediaUrl: edges.mediaUrl(),
      rtmpUrl: edges.rtmpUrl(),
      demo: config.demo === 'on',
      simulated: simulation !== undefined,
    }),
  }),
  route({
    method: 'GET',
    url: '/api/capacity',
    summary: 'Room on the data directory’s disk: at the present rate, and whether anything new may begin',
    permission: 'staff',
    answer: Type.Object({
      state: Type.Union([Type.Literal('ok'), Type.Literal('low'), Type.Literal('full')]),
      free: Type.Integer({ description: 'bytes' }),
      total: Type.Integer({ description: 'bytes' }),
      bytesPerHour: Nullable(Type.Integer()),
      hoursLeft: Nullable(
        Type.Number({ description: 'until nothing new begins; null while nothing flows in' }),
      ),
      bucket: Type.Object({
        state: Type.Enum(['none', 'ok', 'away', 'refused', 'missing'], {
          description:
            'none: no bucket is named; ok: it takes what it is given; else everything waits on the disk',
        }),
        waiting: Type.Integer({ description: 'recordings that wait to be put there' }),
        daysToSeal: Type.Integer({ description: 'days of the ledger that wait to be sealed' }),
      }),
    }),
    run: ({ control: { capacity, recordings } }) => {
      const { state, waiting, daysToSeal } = recordings.report;
      return { ...capacity.report, bucket: { state, waiting, daysToSeal } };
    },
  }),
  route({
    method: 'GET',
    url: '/api/categories',
    summary: 'Categories of broadcasts and the gates that policy gives them',
    permission: 'anyone',
    answer: list(Type.Object({ code: Type.String(), label: Label, media: PolicyGate, messages: PolicyGate })),
    run: ({ control }) => ({ items: [...control.policy.categories.values()] }),
  }),
  route({
    method: 'GET',
    url: '/api/reasons',
    summary: 'Public reasons; `other` is always among them',
    permission: 'anyone',
    answer: list(Type.Object({ code: Type.String(), label: Label, clause: Type.Optional(Type.String()) })),
    run: ({ control }) => ({ items: [...control.policy.reasons.values()] }),
  }),
];
