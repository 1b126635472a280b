import * as z from 'zod';
import { stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';
import { readable } from './support/readable.ts';

const deployment = deploy(stages.dev);
const Body = z.object({
  widgets: z.array(z.object({ properties: z.object({ title: z.string(), metrics: z.array(z.array(z.unknown())) }) })),
});

const [dashboard] = deployment.all('AWS::CloudWatch::Dashboard');
const { widgets } = Body.parse(JSON.parse(readable(deployment, 'api', dashboard?.properties.DashboardBody)));
const shown = new Map(widgets.map(({ properties: { title, metrics } }) => [title, JSON.stringify(metrics)]));

test('a person sees what is asked, what fails, what was done, what is behind', () => {
  expect([...shown.keys()]).toEqual([
    ...['Requests', 'Time to answer, ms', 'Answers by operation'],
    ...['Errors of functions', 'Refusals by code', 'Forged keys, and by caller'],
    ...['Sites by mode, state and status', 'Keys found by the sweep'],
    'Statements',
    ...['Runs of schedules', 'Time of a run, ms', 'Behind the stream, ms'],
    ...['Alerts delivered by reason', 'Topics: not delivered', 'Dead-letter records'],
    ...['Table: units consumed', 'Table: refused'],
  ]);
});

test.each([
  ['Refusals by code', 'code,operation', 'Refusals'],
  ['Forged keys, and by caller', 'caller', 'ForgedKeys'],
  ['Sites by mode, state and status', 'cell,org', 'SitesByState'],
  ['Alerts delivered by reason', 'reason', 'AlertsDelivered'],
])('%s searches for every %s of what functions count', (title, dimensions, metric) => {
  expect(shown.get(title)).toContain(`SEARCH('{LicenseServer,${dimensions},service} MetricName=\\"${metric}\\"'`);
});

test.each([
  [
    'Errors of functions',
    Object.keys({ ...rows.operations, ...rows.schedules, ...rows.streams, ...rows.internalFunctions }),
  ],
  ['Runs of schedules', Object.keys(rows.schedules)],
  ['Behind the stream, ms', Object.keys(rows.streams)],
])('%s: every one', (title, expected) => {
  for (const row of expected) expect(shown.get(title)).toContain(`"license-server-dev-${row}"`);
});
